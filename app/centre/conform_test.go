package centre

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"counterfoil/app/centre/conform"
	"counterfoil/app/protocol"
)

// checked runs every rule against an address as h's counter, with a citizen who
// makes codes and unbinds, and returns the results by rule.
func (h *hall) checked(address string, server protocol.PublicKey) map[string]conform.Result {
	h.t.Helper()
	o := conform.Options{Address: address, Server: server, Chain: h.c.Chain(), Device: h.device, Hall: h.hall(), Item: h.item, Other: "no-other",
		Kind:   h.o.Catalogue.Kind,
		Issuer: func(n string) (protocol.PublicKey, bool) { k, ok := h.c.Issuers()[n]; return k, ok },
		Code:   func(context.Context) (string, error) { return h.code(), nil },
		Unbind: func(ctx context.Context) error {
			list, err := h.c.auth.Records(ctx, h.holder())
			if err == nil {
				err = h.c.auth.Revoke(ctx, h.holder(), list[0].Grant)
			}
			return err
		},
	}
	for _, item := range h.o.Catalogue.Items() {
		if item.Code != h.item.Code {
			o.Other = item.Code
			break
		}
	}
	by := map[string]conform.Result{}
	if err := conform.Run(h.t.Context(), o, func(r conform.Result) { by[r.Rule] = r }); err != nil {
		h.t.Fatal(err)
	}
	return by
}

func TestThisCentreKeepsEveryRuleOfTheInterface(t *testing.T) {
	h := newHall(t)
	results := h.checked(h.c.CountersURL(), h.c.CountersKey())
	for rule, r := range results {
		if r.State != conform.Holds {
			t.Errorf("%s: %s %s", rule, r.State, r.Why)
		}
	}
	if len(results) < 30 {
		t.Errorf("only %d rules were tried", len(results))
	}
}

// liar stands before a real centre with a key of its own and alters what goes
// through.
type liar struct {
	*httptest.Server
	key protocol.PublicKey
}

// lying returns a liar that forwards as h's counter, whoever calls; answers go
// through alter, which may change all of them.
func (h *hall) lying(alter func(r *http.Request, status *int, header http.Header, body []byte) []byte) liar {
	h.t.Helper()
	_, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		h.t.Fatal(err)
	}
	tls, err := protocol.ServerTLS(own)
	if err != nil {
		h.t.Fatal(err)
	}
	onward, err := protocol.ClientTLS(h.device, h.c.CountersKey())
	if err != nil {
		h.t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: onward}}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		req, _ := http.NewRequestWithContext(r.Context(), r.Method, h.c.CountersURL()+r.URL.RequestURI(), bytes.NewReader(sent))
		res, err := client.Do(req)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		body = alter(r, &res.StatusCode, res.Header, body)
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(res.StatusCode)
		_, _ = w.Write(body)
	}))
	s.TLS = tls
	s.StartTLS()
	h.t.Cleanup(func() { client.CloseIdleConnections(); s.Close() })
	return liar{s, publicOf(h.t, own)}
}

func TestWhatAServiceDoesOtherwiseIsNamed(t *testing.T) {
	on := func(path, method string, change func(map[string]any)) func(*http.Request, *int, http.Header, []byte) []byte {
		return func(r *http.Request, status *int, _ http.Header, body []byte) []byte {
			var v map[string]any
			if *status >= 300 || r.Method != method || !strings.HasSuffix(r.URL.Path, path) || json.Unmarshal(body, &v) != nil {
				return body
			}
			change(v)
			out, _ := json.Marshal(v)
			return out
		}
	}
	always := []string{"a key that nobody enrolled is refused", // every liar lets everybody in, and passes rosters on that another key signed
		"a roster is of the caller's hall and signed by the service's own key", "a roster that the counter has is not sent again"}
	for name, try := range map[string]struct {
		alter  func(*http.Request, *int, http.Header, []byte) []byte
		broken []string
	}{
		"nothing but that": {on("/never", "GET", nil), nil},
		"another chain":    {on("/about", "GET", func(v map[string]any) { v["chain"] = "other" }), []string{"an enrolled counter is told who the service is, over TLS 1.3 with the pinned key"}},
		"a wrong clock":    {on("/about", "GET", func(v map[string]any) { v["time"] = "2020-01-01T00:00:00Z" }), []string{"its clock agrees with this one to a minute"}},
		"other words each time": {on("/requests", "POST", func(v map[string]any) { v["match_words"] = protocol.NewID() }),
			[]string{"renewing it keeps the match words"}},
		"a grant for another hall": {on("/redeem", "POST", func(v map[string]any) { v["hall"] = "elsewhere" }),
			[]string{"a code opens a grant for its item in this hall, and for the fields that the item names"}},
		"a grant that says of somebody that they act": {on("/redeem", "POST", func(v map[string]any) {
			v["acting"] = map[string]any{"role": "entrusted", "name": "甲", "for": "乙"}
		}), []string{"a code opens a grant for its item in this hall, and for the fields that the item names"}},
		"a grant for more than the item names": {on("/redeem", "POST", func(v map[string]any) {
			need := v["needs"].([]any)[0].(map[string]any)
			need["fields"] = append(need["fields"].([]any), "portrait")
		}), []string{"a code opens a grant for its item in this hall, and for the fields that the item names"}},
		"one licence less": {on("/retrieve", "POST", func(v map[string]any) { v["licences"] = v["licences"].([]any)[1:] }),
			[]string{"licences come with their issuers' signatures and the named fields only", "the same case gets them again"}},
		"problems without their reasons": {func(_ *http.Request, status *int, header http.Header, body []byte) []byte {
			if *status >= 400 {
				header.Set("Content-Type", "text/plain")
			}
			return body
		}, []string{"a code is used once", "what no path takes is a problem", "kept evidence is never replaced"}},
		"revocations that never come": {on("/revocations", "GET", func(v map[string]any) { v["revoked"] = []string{} }),
			[]string{"what the citizen unbinds is told to the counter and retrieves nothing"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHall(t)
			l := h.lying(try.alter)
			results := h.checked(l.URL, l.key)
			for _, rule := range append(try.broken, always...) {
				if r := results[rule]; r.State != conform.Broken || r.Why == "" {
					t.Errorf("%s: %s", rule, r.State)
				}
			}
			if name == "problems without their reasons" {
				return // most of the others are broken too
			}
			for rule, r := range results {
				if r.State == conform.Broken && !slices.Contains(always, rule) && !slices.Contains(try.broken, rule) {
					t.Errorf("%s: %s", rule, r.Why)
				}
			}
		})
	}
}

func TestWithoutACitizenTheirRulesAreToldAsNotTried(t *testing.T) {
	h := newHall(t)
	o := conform.Options{Address: h.c.CountersURL(), Server: h.c.CountersKey(), Chain: h.c.Chain(), Device: h.device, Hall: h.hall(), Item: h.item}
	left := 0
	if err := conform.Run(t.Context(), o, func(r conform.Result) {
		switch r.State {
		case conform.Broken:
			t.Errorf("%s: %s", r.Rule, r.Why)
		case conform.NotTried:
			left++
		}
	}); err != nil {
		t.Fatal(err)
	}
	if left != 10 {
		t.Errorf("%d rules were not tried", left)
	}
}
