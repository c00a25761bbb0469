package phone_test

import (
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestAConsentIsGivenForAnEntityInTheRoleThatStands(t *testing.T) {
	c := newCentre(t, nil)
	answer := func(holder, token, entity string) (int, casework.RefusalKind) {
		return c.signedIn(holder).call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: pin, Entity: entity}, nil)
	}
	request, token := c.ask("SAMPLE-0001")
	var asked protocol.Consent
	c.signedIn("fang-minghui").call("GET", "/phone/requests/"+token, nil, &asked)
	if len(asked.Entities) != 2 || asked.Entities[0].Role != casework.Entrusted || asked.Entities[1].Role != casework.LegalRepresentative || asked.Entities[0].Ended || len(asked.Missing) != 0 {
		t.Fatalf("the phone is told %+v", asked.Entities)
	}
	status, reason := answer("fang-minghui", token, "")
	want(t, "nobody chosen of two", status, reason, 400, casework.Malformed)
	status, reason = answer("fang-minghui", token, "test-trading")
	want(t, "a company of others", status, reason, 409, casework.RoleEnded)
	status, reason = answer("tang-wei", token, "")
	want(t, "a lapsed entrustment", status, reason, 409, casework.RoleEnded)
	status, reason = answer("wang-xiulan", token, "")
	want(t, "who acts for nobody", status, reason, 409, casework.LicenceNotHeld)
	if status, reason = answer("fang-minghui", token, "example-instruments"); status != 204 {
		t.Fatalf("agreeing: %d %s", status, reason)
	}
	state, err := c.auth.Follow(t.Context(), c.counter, request.ID, "", 0)
	if err != nil || state.Grant == nil || state.Grant.Acting == nil {
		t.Fatalf("the counter gets %+v, %v", state, err)
	}
	if a := *state.Grant.Acting; a != (casework.Acting{Role: casework.LegalRepresentative, Name: "方明慧", For: "示例器械贸易（北京）有限公司"}) {
		t.Errorf("the grant says %+v", a)
	}

	request, token = c.ask("SAMPLE-9001") // an item of one's own says nothing of an entity, whatever is sent
	agree := protocol.Answer{Agree: true, PIN: pin, Entity: "example-medical", Own: []casework.FieldRef{{Kind: "id-card", Field: "portrait"}}}
	if status, reason := c.signedIn("fang-minghui").call("POST", "/phone/requests/"+token+"/answer", agree, nil); status != 204 {
		t.Fatalf("for oneself: %d %s", status, reason)
	}
	if state, err = c.auth.Follow(t.Context(), c.counter, request.ID, "", 0); err != nil || state.Grant == nil || state.Grant.Acting != nil {
		t.Errorf("for oneself the counter gets %+v, %v", state.Grant, err)
	}
}

func TestACodeIsMadeForAnEntityOrForOneself(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("fang-minghui")
	wish := protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence", "id-card"}, Hall: "dongcheng", PIN: pin}
	status, reason := h.call("POST", protocol.PathCodes, wish, nil)
	want(t, "an entity's licence for oneself", status, reason, 409, casework.LicenceNotHeld)
	wish.Entity = "test-trading"
	status, reason = h.call("POST", protocol.PathCodes, wish, nil)
	want(t, "a company of others", status, reason, 409, casework.RoleEnded)
	wish.Entity = "example-medical"
	var made protocol.MadeCode
	if status, reason = h.call("POST", protocol.PathCodes, wish, &made); status != 200 {
		t.Fatalf("made: %d %s", status, reason)
	}
	g, _, err := c.redeem(made.Code, "SAMPLE-0001")
	if err != nil || g.Acting == nil || g.Acting.Role != casework.Entrusted || g.Acting.Number != "" {
		t.Errorf("the code opens %+v, %v", g.Acting, err)
	}
	var records []protocol.UseRecord
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	if len(records) == 0 || records[len(records)-1].Acting == nil || records[len(records)-1].Acting.For != "示例医药科技（北京）有限公司" {
		t.Errorf("the records are %+v", records)
	}
}

func TestAnItemThatCanNotDoWithoutASensitiveFieldIsAgreedToWithIt(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	request, token := c.ask("SAMPLE-9001")
	agree := protocol.Answer{Agree: true, PIN: pin}
	status, reason := h.call("POST", "/phone/requests/"+token+"/answer", agree, nil)
	want(t, "without the tick", status, reason, 409, casework.ConsentMissing)
	if got := c.statusOf(request); got != protocol.RequestWaiting && got != protocol.RequestOpened {
		t.Errorf("the request is %s after that", got)
	}
	agree.Own = []casework.FieldRef{{Kind: "id-card", Field: "portrait"}}
	if status, reason = h.call("POST", "/phone/requests/"+token+"/answer", agree, nil); status != 204 {
		t.Fatalf("with the tick: %d %s", status, reason)
	}
	if fields := c.retrieved(request)["id-card"]; len(fields) != 2 {
		t.Errorf("the counter gets %v", fields)
	}

	var made protocol.MadeCode // a code can't say it: the phone is asked
	h.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"id-card"}, Hall: "dongcheng", PIN: pin}, &made)
	if _, tap, err := c.redeem(made.Code, "SAMPLE-9001"); err != nil || tap == nil {
		t.Errorf("by code: %+v, %v", tap, err)
	}
}
