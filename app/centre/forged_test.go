package centre

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestACounterThatAsksForMoreGetsNothingAndAnHonestOneOnlyWhatWasGranted(t *testing.T) {
	h, kase := newHall(t), casework.CaseID(protocol.NewID())
	g, err := h.redeem(h.code(), kase)
	if err != nil {
		t.Fatal(err)
	}
	tls, err := protocol.ClientTLS(h.device, h.c.CountersKey())
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: tls}}
	retrieve := func(body map[string]any) (int, protocol.Problem, protocol.RetrievedLicences) {
		t.Helper()
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Post(h.c.CountersURL()+strings.Replace(protocol.PathRetrieve, "{id}", string(g.ID), 1), "application/json", strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var p protocol.Problem
		var got protocol.RetrievedLicences
		var into any = &got
		if res.StatusCode >= 400 {
			into = &p
		}
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, p, got
	}
	more := []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"portrait", "ethnicity"}}}
	if status, p, _ := retrieve(map[string]any{"item": h.item.Code, "case": kase, "needs": more}); status != http.StatusBadRequest || p.Reason != casework.Malformed {
		t.Errorf("with fields of its own: %d %s", status, p.Reason)
	}
	if status, p, _ := retrieve(map[string]any{"item": h.o.Catalogue.Items()[0].Code, "case": kase}); status != http.StatusForbidden || p.Reason != casework.WrongItem {
		t.Errorf("for another item: %d %s", status, p.Reason)
	}
	status, _, got := retrieve(map[string]any{"item": h.item.Code, "case": kase})
	if status != http.StatusOK || len(got.Licences) != len(g.Needs) {
		t.Fatalf("honestly: %d, %d licences", status, len(got.Licences))
	}
	for i, l := range got.Licences {
		var p protocol.Presented
		if err := protocol.Unmarshal(l.Presented, &p); err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Openings {
			if !slices.Contains(g.Needs[i].Fields, casework.FieldID(o.Field)) || slices.Contains(h.item.Needs[i].Own, casework.FieldID(o.Field)) {
				t.Errorf("%s of %s was not granted", o.Field, l.Kind)
			}
		}
	}
}
