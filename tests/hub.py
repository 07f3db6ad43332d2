"""A stand-in for the Hugging Face hub: a server on this machine with as much of its interface as w2v uses."""

import base64
import contextlib
import hashlib
import http.server
import json
import threading
import urllib.parse

COMMIT = "1" * 40


class Hub:
    """Repositories in memory: name -> path -> content.

    Attributes
    ----------
    address : str
    repositories : dict of str -> dict of str -> bytes
    requests : list of str
        Method and path of all that was asked.
    tokens : set of str
        Tokens that came.
    refuse : str
        What the path of requests has in it that are refused.
    """

    def __init__(self, address):
        self.address = address
        self.repositories, self.requests, self.tokens, self.refuse = {}, [], set(), ""
        self.messages = []

    def answer(self, method, path, query, body):
        """Status, headers and content of the answer."""
        parts = path.strip("/").split("/")
        if parts[0] == "api":
            return 200, {}, json.dumps(self._api(method, parts[1:], query, body)).encode()
        name, _, _, file = "/".join(parts[:2]), parts[2], parts[3], "/".join(parts[4:])
        content = self.repositories[name][file]
        etag = hashlib.sha1(content).hexdigest()
        return 200, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}, content

    def _api(self, method, parts, query, body):
        if parts == ["repos", "create"]:
            asked = json.loads(body)
            name = f"{asked.get('organization') or 'me'}/{asked['name']}"
            self.repositories.setdefault(name, {})
            return {"url": f"{self.address}/{name}", "name": name, "id": name}
        if parts == ["validate-yaml"]:
            return {"errors": [], "warnings": []}
        name, files = "/".join(parts[1:3]), self.repositories["/".join(parts[1:3])]
        action = parts[3] if len(parts) > 3 else "info"
        if action == "preupload":
            asked = json.loads(body)["files"]
            return {"files": [{"path": file["path"], "uploadMode": "regular", "shouldIgnore": False} for file in asked]}
        if action == "commit":
            return self._commit(name, files, body)
        if action == "tree":
            return [{"type": "file", "path": file, "size": len(content), "oid": "0"} for file, content in files.items()]
        siblings = [{"rfilename": file} for file in files]
        return {"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings, "private": False, "tags": []}

    def _commit(self, name, files, body):
        lines = [json.loads(line) for line in body.decode().splitlines()]
        self.messages.append(lines[0]["value"]["summary"])
        for line in lines[1:]:
            assert line["key"] == "file"
            files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        return {"commitUrl": f"{self.address}/{name}/commit/{COMMIT}", "commitOid": COMMIT, "success": True}


class _Handler(http.server.BaseHTTPRequestHandler):
    def _serve(self):
        hub, split = self.server.hub, urllib.parse.urlsplit(self.path)
        hub.requests.append(f"{self.command} {split.path}")
        hub.tokens.add(self.headers.get("Authorization", "").removeprefix("Bearer "))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {}
        try:
            if hub.refuse and hub.refuse in split.path:
                status, content = 500, b"{}"
            else:
                query = urllib.parse.parse_qs(split.query)
                status, headers, content = hub.answer(self.command, urllib.parse.unquote(split.path), query, body)
        except KeyError:
            status, headers, content = 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        self.send_response(status)
        for header, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = _serve

    def log_message(self, *arguments):
        """Say nothing."""


@contextlib.contextmanager
def running():
    """Give a `Hub`, while it runs."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.hub = Hub(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
