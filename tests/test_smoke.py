from tests.clients import Api

def test_it(api: Api) -> None:
    c = api.client()
    r = c.get("/health"); print(r.status_code, r.text, dict(r.headers))
    r = c.get("/api/mocs/search?q=&from=0&size=100"); print(r.status_code, r.text)
    u = api.user()
    r = u.post("/api/mocs/", json={"title": "Castle é", "tags": ["Castle","Big"], "theme":"x","setNumber": "1", "uploadedDate":"2024-05-01"}); print(r.status_code, r.text, dict(r.headers))
    r2 = u.post("/api/mocs/", json={"title": "Castle é"}); print(r2.status_code, r2.text)
    id=r.json()["moc"]["id"]
    for m,p,k in [("GET",f"/api/mocs/{id.upper()}",{}),("HEAD",f"/API/Mocs/{id}",{}),("GET",f"/api/api/mocs/{id}/",{}),("GET","/api/mocs",{}),("GET","/api/mocs/search?q=castl",{}),("GET","/api/mocs/search?q=castles",{}),("GET","/api/mocs/search?q=cestle%20big",{}),("GET","/api/mocs/stats/by-category",{}),("GET","/api/mocs/stats/uploads-over-time",{}),
      ("PATCH",f"/api/mocs/{id}",{"json":{"description":"d","theme":None}}),
      ("GET",f"/api/mocs/{id}",{}),
      ("POST",f"/api/mocs",{"content":"{bad","headers":{"content-type":"application/json"}}),
      ("POST",f"/api/mocs",{"content":"x","headers":{"content-type":"text/plain"}}),
      ("POST",f"/api/mocs",{"json":{"title":"a\x00b"}}),
      ("POST",f"/api/mocs",{"json":[1]}),
      ("POST",f"/api/mocs",{}),
      ("POST",f"/api/mocs",{"json":{"title":"x"*300}}),
      ("GET","/nope?a=1",{}),
      ("GET","/api/mocs/zzz",{}),
      ("POST","/api/wishlist",{"json":{"title":"A","sortOrder":"2"}}),
      ("POST","/api/wishlist",{"data":{"title":"B","sortOrder":"10"}}),
      ("GET","/api/wishlist",{}),
      ("GET","/api/wishlist/search?q=a",{}),
      ("GET","/api/wishlist/nope",{}),
      ("POST","/api/wishlist",{"json":{"title":"","productLink":"javascript:x"}}),
      ("POST",f"/api/mocs/with-files",{"data":{"type":"moc","title":"WF","author":"me","tags":'["a","b"]'},"files":[("instructionsFile",("i.pdf",b"%PDF-1.4 xx","application/pdf")),("images",("a.jpg",b"abc","image/jpeg"))]}),
      ("DELETE",f"/api/mocs/{id}",{}),
      ("GET",f"/api/mocs/{id}",{}),
      ("GET","/api/csrf",{}),
      ]:
        r=u.request(m,p,**k); print(m,p,r.status_code,r.text)
    assert 0
