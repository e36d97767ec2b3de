"""An owner with one of everything, for what is tested of every route."""

from typing import Any
from uuid import uuid4

import httpx

from tests.support.clients import Api, User
from tests.support.pictures import CSV, JPEG, PDF
from tests.support.user_pool import UsersOfPool

Send = dict[str, Any]


class World:
    """Each thing is made when it is first needed."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.owner: User = api.user()
        self.name = uuid4().hex
        self._made: dict[str, Any] = {}

    def fill(self, path: str) -> str:
        """The path with the ids of the owner's things in it."""
        for name in ("moc_id", "file_id", "list_id", "image_id", "album_id", "item_id", "user_id", "key"):
            if f"{{{name}" in path:
                path = path.replace(f"{{{name}}}", self[name]).replace(f"{{{name}:path}}", self[name])
        return path

    def __getitem__(self, name: str) -> str:
        if name not in self._made:
            self._made[name] = getattr(self, f"_{name}")()
        return str(self._made[name])

    def traces(self) -> set[str]:
        """The names of everything that the owner has, and its ids. Nobody else's things have them."""
        ids = {self[name] for name in ("moc_id", "file_id", "list_id", "image_id", "album_id", "item_id")}
        return ids | {self["key"], self.owner.id, self.name}

    def _moc_id(self) -> str:
        body = {"title": f"Castle {self.name}", "theme": f"Theme {self.name}", "tags": [f"tag {self.name}"]}
        return str(self._created(self.owner.post("/api/mocs", json=body))["moc"]["id"])

    def _file_id(self) -> str:
        form: Send = {"data": {"fileType": "instruction"}, "files": {"file": ("plan.pdf", PDF, "application/pdf")}}
        saved = self._created(self.owner.post(f"/api/mocs/{self['moc_id']}/files", **form))
        self._made["key"] = saved["file"]["fileUrl"].removeprefix("/uploads/")
        return str(saved["file"]["id"])

    def _list_id(self) -> str:
        form: Send = {"files": {"partsListFile": ("list.csv", CSV, "text/csv")}}
        saved = self._created(self.owner.post(f"/api/mocs/{self['moc_id']}/upload-parts-list", **form))
        return str(saved["data"]["partsList"]["id"])

    def _key(self) -> str:
        self._file_id()
        return str(self._made["key"])

    def gallery_image(self, **texts: str) -> str:
        """Another image of the owner's."""
        form: Send = {"data": {"title": f"Brick {self.name}"} | texts}
        form["files"] = {"image": ("brick.jpg", JPEG, "image/jpeg")}
        return str(self._created(self.owner.post("/api/images", **form))["image"]["id"])

    def _image_id(self) -> str:
        """Linked to the MOC, and in the album."""
        texts = {"tags": f"tag {self.name}", "category": f"Category {self.name}", "albumId": self["album_id"]}
        image_id = self.gallery_image(**texts)
        link = {"galleryImageId": image_id}
        self._created(self.owner.post(f"/api/mocs/{self['moc_id']}/gallery-images", json=link))
        return image_id

    def _album_id(self) -> str:
        album = self._created(self.owner.post("/api/albums", json={"title": f"Album {self.name}"}))["album"]
        return str(album["id"])

    def _item_id(self) -> str:
        body = {"title": f"Falcon {self.name}", "sortOrder": "1"}
        item = self._created(self.owner.post("/api/wishlist", json=body))["data"]
        return str(item["item"]["id"])

    def _image_url(self) -> str:
        uploaded = self.owner.post("/api/wishlist/upload-image", files={"image": ("p.jpg", JPEG, "image/jpeg")})
        return str(uploaded.json()["data"]["imageUrl"])

    def _user_id(self) -> str:
        """Of an owner whom Cognito knows."""
        UsersOfPool(self.api.settings).add(self.owner.id)
        return self.owner.id

    @staticmethod
    def _created(answer: httpx.Response) -> Any:
        assert answer.status_code == 201, answer.text
        return answer.json()
