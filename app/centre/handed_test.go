package centre

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TestAnAuditorReadsOverTheSocketWhatWasHandedOut: the grant, its case and the
// time, once, and nothing of the holder.
func TestAnAuditorReadsOverTheSocketWhatWasHandedOut(t *testing.T) {
	h, ctx := newHall(t), t.Context()
	if err := h.c.Close(); err != nil {
		t.Fatal(err)
	}
	h.o.Admin = filepath.Join(h.o.Home, "admin")
	h.start()
	kase := casework.CaseID(protocol.NewID())
	g, err := h.redeem(h.code(), kase)
	if err != nil {
		t.Fatal(err)
	}
	unused, err := h.redeem(h.code(), casework.CaseID(protocol.NewID()))
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	for range 2 { // a lost answer, asked again
		if _, err := h.client.Retrieve(ctx, g.ID, protocol.Retrieve{Item: h.item.Code, Case: kase}); err != nil {
			t.Fatal(err)
		}
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", h.o.Admin)
	}}}
	ask := func(counter string, from, until time.Time) (int, string) {
		q := url.Values{"hall": {string(h.hall())}, "counter": {counter}, "from": {from.Format(time.RFC3339)}, "until": {until.Format(time.RFC3339)}}
		return h.administer(client, http.MethodGet, protocol.PathHandedOut+"?"+q.Encode(), "")
	}
	code, text := ask("12", before.Add(-time.Hour), before.Add(time.Hour))
	var list []protocol.HandedOut
	if err := json.Unmarshal([]byte(text), &list); err != nil || code != http.StatusOK || len(list) != 1 || list[0].Grant != g.ID || list[0].Case != kase || list[0].Time.Before(before.Add(-time.Minute)) {
		t.Fatalf("%d %s %v", code, text, err)
	}
	if strings.Contains(text, h.holder()) || strings.Contains(text, string(unused.ID)) {
		t.Errorf("it says too much: %s", text)
	}
	for _, none := range []struct {
		counter     string
		from, until time.Time
	}{{"13", before.Add(-time.Hour), before.Add(time.Hour)}, {"12", before.Add(time.Hour), before.Add(2 * time.Hour)}} {
		if code, text := ask(none.counter, none.from, none.until); code != http.StatusOK || strings.TrimSpace(text) != "[]" {
			t.Errorf("%+v: %d %s", none, code, text)
		}
	}
	if code, text := ask("12", before.AddDate(-1, 0, 0), before); code != http.StatusBadRequest || !strings.Contains(text, "31 days") {
		t.Errorf("a year: %d %s", code, text)
	}
	h.answersWhatIsOdd(client)
}

// administer calls the administrator's interface and returns status and body.
func (h *hall) administer(client *http.Client, method, path, body string) (int, string) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, "http://centre"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// answersWhatIsOdd has the citizen report the newest record, and the administrator
// read and answer it over the socket.
func (h *hall) answersWhatIsOdd(client *http.Client) {
	t, ctx := h.t, h.t.Context()
	t.Helper()
	records, err := h.c.auth.Records(ctx, h.holder())
	if err != nil {
		t.Fatal(err)
	}
	told := protocol.ReportOdd{Record: records[0].N, Reason: protocol.OddNotMe, Words: "我当天不在\x1b[2J北京\u202e"}
	if err := h.c.auth.ReportOdd(ctx, h.holder(), told); err != nil {
		t.Fatal(err)
	}
	call := func(method, path, body string) (int, string) { return h.administer(client, method, path, body) }
	code, text := call("GET", protocol.PathOdd, "")
	var list []protocol.Odd
	if err := json.Unmarshal([]byte(text), &list); err != nil || code != http.StatusOK || len(list) != 1 || list[0].Grant != records[0].Grant || list[0].Words != "我当天不在[2J北京" {
		t.Fatalf("%d %s %v", code, text, err)
	}
	if strings.Contains(text, h.holder()) {
		t.Errorf("it says whose report it is: %s", text)
	}
	path := protocol.PathOdd + "/" + list[0].ID
	for _, try := range []struct {
		path, body string
		status     int
	}{{path, `{"answer":" "}`, 400}, {protocol.PathOdd + "/00000000", `{"answer":"x"}`, 404}, {path, `{"answer":"已核实"}`, 204}, {path, `{"answer":"已核实"}`, 204}, {path, `{"answer":"别的"}`, 409}} {
		if code, text := call("PUT", try.path, try.body); code != try.status {
			t.Errorf("%s: %d %s", try.body, code, text)
		}
	}
	if code, text := call("GET", protocol.PathOdd, ""); code != 200 || strings.TrimSpace(text) != "[]" {
		t.Errorf("it still waits: %d %s", code, text)
	}
	if _, text := call("GET", protocol.PathOdd+"?all=1", ""); !strings.Contains(text, "已核实") {
		t.Errorf("the answer is not kept: %s", text)
	}
}
