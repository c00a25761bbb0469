package phone_test

import (
	"encoding/csv"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// raw calls without a body and returns the whole answer.
func (h *handset) raw(method, path string) (*http.Response, string) {
	h.c.t.Helper()
	answer := h.send(method, path, nil)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.c.t.Fatal(err)
	}
	return answer, string(text)
}

func TestTheRecordsAreAFileOnlyAfterAFreshConfirmation(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	c.served(h, "SAMPLE-0039", true)
	told := protocol.ReportOdd{Reason: protocol.OddOther, Words: `=HYPERLINK("http://elsewhere.example","查看")`}
	if status, why := h.call("POST", protocol.PathReportOdd, told, nil); status != 204 {
		t.Fatal(status, why)
	}
	list, err := c.auth.Odd(t.Context(), false)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := c.auth.AnswerOdd(t.Context(), list[0].ID, `＝1+1`); err != nil {
		t.Fatal(err)
	}
	status, why := h.call("POST", "/phone/records/csv", nil, nil)
	want(t, "without a confirmation", status, why, 403, casework.ConfirmNeeded)
	confirm := func() { h.call("PUT", protocol.PathConfirm, protocol.Confirm{PIN: pin}, nil) }
	confirm()
	answer, text := h.raw("POST", "/phone/records/csv?lang=en")
	if answer.StatusCode != 200 || answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("Content-Disposition") != `attachment; filename="authorization-records.csv"` {
		t.Fatal(answer.Status, answer.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "Time" || rows[2][1] != "Called up" || !strings.Contains(rows[2][8], "Driving licence: May drive cars") || !strings.Contains(rows[3][9], "Portrait") {
		t.Fatalf("%q %v", rows, err)
	}
	if rows[1][19] != `Something else =HYPERLINK("http://elsewhere.example","查看")` || rows[1][20] != "'＝1+1" {
		t.Errorf("a spreadsheet would calculate %q %q", rows[1][19], rows[1][20])
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
				t.Errorf("a formula: %q", cell)
			}
		}
	}
	status, why = h.call("POST", "/phone/records/json", nil, nil)
	want(t, "a second file on one confirmation", status, why, 403, casework.ConfirmNeeded)
	confirm()
	status, why = h.call("POST", "/phone/records/xml", nil, nil)
	want(t, "another form", status, why, 400, casework.Malformed)
	var file protocol.RecordsFile
	if status, why = h.call("POST", "/phone/records/json", nil, &file); status != 200 || file.Form != protocol.RecordsForm || len(file.Records) != 3 {
		t.Fatal(status, why, file)
	}
	if l := file.Records[1].Licences; len(l) != 3 || len(l[1].Questions) != 2 || len(file.Records[2].Left) != 1 {
		t.Errorf("the fields are %+v, left are %v", l, file.Records[2].Left)
	}
}

func TestOlderRecordsAreLinked(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	err := c.store.Do(t.Context(), func(tx *store.Tx) error {
		for range 501 {
			if err := tx.AddRecord(store.Record{Holder: "wang-xiulan", Time: c.clock.now(), What: authorization.WhatDeclined}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	answer, text := h.raw("GET", protocol.PathPhoneRecords)
	next := regexp.MustCompile(`^<(/phone/records\?before=\d+)>; rel="next"$`).FindStringSubmatch(answer.Header.Get("Link"))
	if next == nil || strings.Count(text, `"what":"declined"`) != 500 {
		t.Fatal(answer.Header)
	}
	if answer, text = h.raw("GET", next[1]); answer.Header.Get("Link") != "" || strings.Count(text, `"what":"declined"`) != 1 {
		t.Fatal(answer.Header, text)
	}
	status, why := h.call("GET", protocol.PathPhoneRecords+"?before=x", nil, nil)
	want(t, "no place", status, why, 400, casework.Malformed)
}

func TestOnlyOnesOwnRecordsAreReported(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	c.served(h, "SAMPLE-0039", false)
	var list []protocol.UseRecord
	h.call("GET", protocol.PathPhoneRecords, nil, &list)
	told := protocol.ReportOdd{Record: list[0].N, Reason: protocol.OddNotMe}
	status, why := c.signedIn("chen-zhiyuan").call("POST", protocol.PathReportOdd, told, nil)
	want(t, "another's record", status, why, 404, casework.ReportUnknown)
	for range 5 {
		if status, why := h.call("POST", protocol.PathReportOdd, told, nil); status != 204 {
			t.Fatal(status, why)
		}
	}
	status, why = h.call("POST", protocol.PathReportOdd, told, nil)
	want(t, "the sixth", status, why, 429, casework.ReportsFull)
}
