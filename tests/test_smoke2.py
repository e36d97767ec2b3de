from tests.clients import Api
import faulthandler, time
def test_it(over_http: Api) -> None:
    api=over_http
    faulthandler.dump_traceback_later(8)
    c = api.client()
    r = c.get("/health")
    api.close()
