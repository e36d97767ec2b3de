"""What an error says, in the shape that its domain has always used."""

import httpx


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and text; all other keys that every error has are as they must be."""
    body = answer.json()
    assert (body["success"], body["statusCode"]) == (False, answer.status_code)
    assert body["requestId"] == answer.headers["x-request-id"]
    if answer.request.url.path.startswith("/api/wishlist"):
        assert (body["status"], body["error"]) == (answer.status_code, body["code"])
    else:
        assert "status" not in body
        assert body["error"] == body["message"]
    assert isinstance(body["message"], str)
    return answer.status_code, body["code"], body["message"]
