// Runs in CloudFront (JavaScript runtime 2.0) on every request for a file: the key is the path behind /uploads/.
function handler(event) {
  const request = event.request;
  request.uri = request.uri.slice('/uploads'.length);
  return request;
}
