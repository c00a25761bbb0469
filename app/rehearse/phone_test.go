package rehearse_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/rehearse"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestAPhoneThatMeetsNonsenseSaysWhich answers a phone with what no phone page
// would.
func TestAPhoneThatMeetsNonsenseSaysWhich(t *testing.T) {
	for words, try := range map[string]struct {
		answer http.HandlerFunc
		want   casework.RefusalKind
	}{
		"no JSON":   {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) }, casework.CentreGarbled},
		"no holder": {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("[]")) }, casework.CentreGarbled},
		"a failure": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, casework.CentreFailing},
		"a reason":  {refusing, casework.PINWrong},
		"half a word": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			w.Write([]byte("["))
		}, casework.CentreGarbled},
		"a wrong type": {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"id":1}`)) }, casework.CentreGarbled},
	} {
		t.Run(words, func(t *testing.T) {
			server := httptest.NewServer(try.answer)
			defer server.Close()
			if _, err := rehearse.NewPhone(t.Context(), rehearse.PhoneOptions{Base: server.URL, PIN: "123456"}); casework.KindOf(err) != try.want {
				t.Errorf("want %q, got %v", try.want, err)
			}
		})
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	if _, err := rehearse.NewPhone(t.Context(), rehearse.PhoneOptions{Base: closed.URL}); casework.KindOf(err) != casework.CentreUnreachable {
		t.Errorf("nobody there: %v", err)
	}
}

func refusing(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusForbidden)
	w.Write([]byte(`{"reason":"pin-wrong"}`))
}

func TestAForeignLinkIsNotFollowed(t *testing.T) {
	here := install(t)
	for _, link := range []string{"", "https://phone.example/other/abc", "::", "http://127.0.0.1/v/abc"} {
		if err := here.phone.AnswerRequest(t.Context(), link, true); casework.KindOf(err) != casework.NotIssuedHere {
			t.Errorf("%q: %v", link, err)
		}
	}
}
