package phone_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/protocol"
)

const pin = repository.PracticePIN

func want(t *testing.T, what string, status int, reason casework.RefusalKind, wantStatus int, wantReason casework.RefusalKind) {
	t.Helper()
	if status != wantStatus || reason != wantReason {
		t.Errorf("%s: %d %q, want %d %q", what, status, reason, wantStatus, wantReason)
	}
}

func TestNobodyGetsAnythingBeforeSigningIn(t *testing.T) {
	c := newCentre(t, nil)
	h := c.handset()
	_, token := c.ask("SAMPLE-0001")
	for _, call := range [][2]string{{"GET", protocol.PathMe}, {"GET", protocol.PathCodes}, {"POST", protocol.PathCodes}, {"DELETE", protocol.PathCodes},
		{"GET", "/phone/requests/" + token}, {"POST", "/phone/requests/" + token + "/answer"}, {"GET", protocol.PathPhoneRecords}, {"POST", "/phone/records/csv"}, {"POST", protocol.PathReportOdd},
		{"POST", "/phone/grants/" + protocol.NewID() + "/revoke"}, {"GET", protocol.PathPhoneItems}, {"DELETE", protocol.PathSessions},
		{"POST", protocol.PathConfirm}, {"PUT", protocol.PathConfirm}, {"GET", protocol.PathPasskeys}, {"POST", protocol.PathPasskeys}, {"PUT", protocol.PathPasskeys},
		{"DELETE", protocol.PathPasskeys + "/AAAA"}, {"POST", protocol.PathAnotherPhone}, {"PUT", protocol.PathPassword}} {
		status, reason := h.call(call[0], call[1], nil, nil)
		want(t, call[0]+" "+call[1], status, reason, 401, casework.SignInNeeded)
	}
	var list []protocol.Holder
	if status, _ := h.call("GET", protocol.PathHolders, nil, &list); status != 200 || len(list) < 12 {
		t.Error("the holders are not listed")
	}
}

func TestASessionEndsBySigningOutAndByTime(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	var me protocol.Me
	if status, _ := h.call("GET", protocol.PathMe, nil, &me); status != 200 || me.Holder.Name != "王秀兰" || len(me.Licences) != 4 || me.Halls[0].ID != "dongcheng" || !me.Practice {
		t.Errorf("me: %d %+v", status, me)
	}
	h.call("DELETE", protocol.PathSignIn, nil, nil)
	status, reason := h.call("GET", protocol.PathMe, nil, nil)
	want(t, "after signing out", status, reason, 401, casework.SignInNeeded)
	h = c.signedIn("wang-xiulan")
	c.clock.pass(15 * time.Minute)
	status, reason = h.call("GET", protocol.PathMe, nil, nil)
	want(t, "a quarter of an hour later", status, reason, 401, casework.SignInNeeded)
}

func TestALockedPINSaysHowLongToWait(t *testing.T) {
	h := newCentre(t, nil).handset()
	for range 4 {
		status, reason := h.call("POST", protocol.PathSignIn, protocol.SignIn{Holder: "gao-feng", PIN: "000000"}, nil)
		want(t, "wrong PIN", status, reason, 403, casework.PINWrong)
	}
	status, reason := h.call("POST", protocol.PathSignIn, protocol.SignIn{Holder: "gao-feng", PIN: "000000"}, nil)
	want(t, "fifth", status, reason, 429, casework.PINLocked)
	status, reason = h.call("POST", protocol.PathSignIn, protocol.SignIn{Holder: "gao-feng", PIN: pin}, nil)
	want(t, "the right one", status, reason, 429, casework.PINLocked)
}

func TestACodeIsMadeUsedAndShownAsUsed(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	status, reason := h.call("GET", protocol.PathCodes, nil, nil)
	want(t, "before", status, reason, 404, casework.CodeUnknown)
	var made protocol.MadeCode
	wish := protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", Item: "SAMPLE-0001", PIN: pin, Entity: "example-medical"}
	if status, _ := h.call("POST", protocol.PathCodes, wish, &made); status != 200 || len(made.Code) != 8 {
		t.Fatalf("made: %d", status)
	}
	if _, _, err := c.redeem(made.Code, "SAMPLE-0001"); err != nil {
		t.Fatal(err)
	}
	if h.call("GET", protocol.PathCodes, nil, &made); !made.Used {
		t.Error("the phone does not learn that the code was used")
	}
	c.ended.Store(true)
	var records []protocol.UseRecord
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	if len(records) != 2 || records[0].What != "submitted" || records[1].Item != "医疗器械网络销售备案" || records[1].Hall != "东城区政务服务中心" || records[1].Height == 0 || !records[1].Live {
		t.Errorf("records: %+v", records)
	}
	c.away.Store(true)
	records = nil
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	if len(records) != 1 || !records[0].Unknown || records[0].Height != 0 || records[0].Entry != "" {
		t.Errorf("with the ledger away: %+v", records)
	}
}

func TestAReportStandsInTheRecords(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	for _, report := range []bool{false, true} {
		_, token := c.ask("SAMPLE-0001")
		if status, reason := h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Report: report}, nil); status != 204 {
			t.Fatalf("refusing: %d %s", status, reason)
		}
	}
	var records []protocol.UseRecord
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	if len(records) != 2 || records[0].What != "reported" || records[1].What != "declined" || records[0].Live {
		t.Errorf("records: %+v", records)
	}
}

func TestACodeWhoseDigitsAreLostIsSaidToBeThere(t *testing.T) {
	c := newCentre(t, nil)
	var made, again protocol.MadeCode
	c.signedIn("chen-zhiyuan").call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", PIN: pin, Entity: "example-medical"}, &made)
	c.start()
	if status, _ := c.signedIn("chen-zhiyuan").call("GET", protocol.PathCodes, nil, &again); status != 200 || again.Code != "" || again.Used || !again.Until.Equal(made.Until) {
		t.Fatalf("%d %+v", status, again)
	}
	if _, _, err := c.redeem(made.Code, "SAMPLE-0001"); err != nil {
		t.Error("the code that was told to the clerk no longer works:", err)
	}
}

func TestACodeThatCannotBeIsNotMade(t *testing.T) {
	h := newCentre(t, nil).signedIn("gao-feng")
	card := []casework.LicenceKind{"id-card"}
	for name, c := range map[string]struct {
		wish   protocol.MakeCode
		reason casework.RefusalKind
	}{
		"a wrong PIN":           {protocol.MakeCode{Kinds: card, Hall: "dongcheng", PIN: "135790"}, casework.PINWrong},
		"what is not held":      {protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", PIN: pin}, casework.LicenceNotHeld},
		"no kinds":              {protocol.MakeCode{Hall: "dongcheng", PIN: pin}, casework.WrongKind},
		"no such hall":          {protocol.MakeCode{Kinds: card, Hall: "atlantis", PIN: pin}, casework.WrongHall},
		"no such item":          {protocol.MakeCode{Kinds: card, Hall: "dongcheng", Item: "NONE", PIN: pin}, casework.WrongItem},
		"an item that is wider": {protocol.MakeCode{Kinds: card, Hall: "dongcheng", Item: "SAMPLE-0003", PIN: pin}, casework.WrongKind},
	} {
		if _, reason := h.call("POST", protocol.PathCodes, c.wish, nil); reason != c.reason {
			t.Errorf("%s: %q, want %q", name, reason, c.reason)
		}
	}
}

func TestACodeForAnyHallComesBackAsATap(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	var made protocol.MadeCode
	h.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, PIN: pin, Entity: "example-medical"}, &made)
	if _, state, err := c.redeem(made.Code, "SAMPLE-0001"); err != nil || state == nil {
		t.Fatalf("no tap: %v", err)
	}
	h.call("GET", protocol.PathCodes, nil, &made)
	var asked protocol.Consent
	if status, _ := h.call("GET", "/phone/requests/"+made.Tap, nil, &asked); status != 200 || asked.Counter != "12" || asked.MatchWords == "" {
		t.Fatalf("tap: %d %+v", status, asked)
	}
	if status, _ := h.call("POST", "/phone/requests/"+made.Tap+"/answer", protocol.Answer{Agree: true, PIN: pin}, nil); status != 204 {
		t.Errorf("agreeing: %d", status)
	}
	_, reason := c.signedIn("gao-feng").call("GET", "/phone/requests/"+made.Tap, nil, nil)
	if reason != casework.NotIssuedHere {
		t.Errorf("another citizen's tap: %q", reason)
	}
}

func TestTheConsentNamesExactlyTheFieldsOfTheItem(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	request, token := c.ask("SAMPLE-0001")
	var asked protocol.Consent
	h.call("GET", "/phone/requests/"+token, nil, &asked)
	if len(asked.Licences) != 1 || !slices.Equal(asked.Licences[0].Fields, []string{"名称", "统一社会信用代码", "法定代表人", "住所", "类型", "经营范围"}) {
		t.Errorf("licences: %+v", asked.Licences)
	}
	if asked.MatchWords != request.MatchWords || asked.Hall != "东城区政务服务中心" || asked.Basis == "" || asked.KeepDays != 180 || len(asked.Missing) != 0 {
		t.Errorf("consent: %+v", asked)
	}
	if got := c.statusOf(request); got != protocol.RequestOpened {
		t.Errorf("the counter sees %q", got)
	}
	status, reason := h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: "000000"}, nil)
	want(t, "a wrong PIN", status, reason, 403, casework.PINWrong)
	if status, _ := h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: pin}, nil); status != 204 {
		t.Errorf("agreeing: %d", status)
	}
	if got := c.statusOf(request); got != protocol.RequestAnswered {
		t.Errorf("the counter sees %q", got)
	}
	var later protocol.Consent
	c.signedIn("gao-feng").call("GET", "/phone/requests/"+token, nil, &later)
	if later.Status != protocol.RequestAnswered || later.Item != "" || later.Hall != "" {
		t.Errorf("an answered link still tells: %+v", later)
	}
}

func TestAYesOrNoIsAskedInWordsAndApartFromTheValues(t *testing.T) {
	c := newCentre(t, nil)
	_, token := c.ask("SAMPLE-0039")
	var asked protocol.Consent
	c.signedIn("wang-xiulan").call("GET", "/phone/requests/"+token, nil, &asked)
	if len(asked.Licences) != 3 {
		t.Fatalf("licences: %+v", asked.Licences)
	}
	driving := asked.Licences[1]
	if !slices.Equal(driving.Fields, []string{"证号"}) || !slices.Equal(driving.Questions, []string{"准驾小型汽车（C1或以上）", "领证满3年"}) ||
		len(driving.QuestionsEN) != 2 {
		t.Errorf("asked of the driving licence: %+v", driving)
	}
}

func TestAPortraitLeavesTheRepositoryOnlyByItsOwnConsent(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	portrait := casework.FieldRef{Kind: "id-card", Field: "portrait"}
	for _, own := range [][]casework.FieldRef{nil, {portrait}, {{Kind: "id-card", Field: "birth_date"}}} {
		request, token := c.ask("SAMPLE-0039")
		var asked protocol.Consent
		h.call("GET", "/phone/requests/"+token, nil, &asked)
		if card := asked.Licences[0]; len(card.Own) != 1 || card.Own[0].FieldRef != portrait || !card.Own[0].Optional || slices.Contains(card.Fields, "相片") {
			t.Errorf("the portrait has no line of its own: %+v", card)
		}
		if status, reason := h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: pin, Own: own}, nil); status != 204 {
			t.Fatalf("agreeing: %d %s", status, reason)
		}
		fields := c.retrieved(request)["id-card"]
		if slices.Contains(fields, "portrait") != slices.Contains(own, portrait) || slices.Contains(fields, "birth_date") || !slices.Contains(fields, "name") {
			t.Errorf("own consent to %v: the repository gives %v", own, fields)
		}
	}
}

func TestACodeAloneNeverGivesAPortrait(t *testing.T) {
	c := newCentre(t, nil)
	var made protocol.MadeCode
	c.signedIn("wang-xiulan").call("POST", protocol.PathCodes, protocol.MakeCode{Hall: "dongcheng", Item: "SAMPLE-0039", PIN: pin,
		Kinds: []casework.LicenceKind{"id-card", "driving-licence", "household-register"}}, &made)
	grant, state, err := c.redeem(made.Code, "SAMPLE-0039")
	if err != nil || state != nil || len(grant.Needs) != 3 || slices.Contains(grant.Needs[0].Fields, "portrait") {
		t.Errorf("granted %+v, asked %v, %v", grant.Needs, state, err)
	}
}

func TestOfTwoPhonesOnOneLinkOneAnswerCounts(t *testing.T) {
	c := newCentre(t, nil)
	request, token := c.ask("SAMPLE-0001")
	phones := []*handset{c.signedIn("chen-zhiyuan"), c.signedIn("wang-xiulan")}
	statuses := make([]int, len(phones))
	reasons := make([]casework.RefusalKind, len(phones))
	var both sync.WaitGroup
	for i, h := range phones {
		both.Go(func() { // one agrees, the other, who could not, refuses
			statuses[i], reasons[i] = h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: i == 0, PIN: pin}, nil)
		})
	}
	both.Wait()
	agreed := statuses[0] == 204
	if agreed == (statuses[1] == 204) {
		t.Fatalf("answered with %v %v", statuses, reasons)
	}
	status, other := protocol.RequestDeclined, reasons[0]
	if agreed {
		status, other = protocol.RequestAnswered, reasons[1]
	}
	if got := c.statusOf(request); got != status || other != casework.AlreadyDone {
		t.Errorf("the counter sees %q, the later phone reads %q", got, other)
	}
}

func TestWhoLacksALicenceCanOnlyRefuse(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("gao-feng")
	request, token := c.ask("SAMPLE-0001")
	var asked protocol.Consent
	h.call("GET", "/phone/requests/"+token, nil, &asked)
	if !slices.Equal(asked.Missing, []string{"营业执照"}) {
		t.Errorf("missing: %v", asked.Missing)
	}
	_, reason := h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: pin}, nil)
	if reason != casework.LicenceNotHeld {
		t.Errorf("agreeing: %q", reason)
	}
	h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{}, nil)
	if got := c.statusOf(request); got != protocol.RequestDeclined {
		t.Errorf("the counter sees %q", got)
	}
}

func TestBadLinksAreToldApart(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	_, token := c.ask("SAMPLE-0001")
	last := "A"
	if strings.HasSuffix(token, last) {
		last = "Q"
	}
	get := func(token string) casework.RefusalKind {
		_, reason := h.call("GET", "/phone/requests/"+token, nil, nil)
		return reason
	}
	if got := get(token[:len(token)-1] + last); got != casework.LinkAltered {
		t.Errorf("altered: %q", got)
	}
	if got := get("x"); got != casework.LinkAltered {
		t.Errorf("cut: %q", got)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	raw[18]++ // of the four bytes that name the centre
	if got := get(base64.RawURLEncoding.EncodeToString(raw)); got != casework.NotIssuedHere {
		t.Errorf("of another centre: %q", got)
	}
	if status, _ := h.call("GET", "/phone/requests/"+token, nil, nil); status != 200 {
		t.Errorf("after all of them the right link is answered with %d", status)
	}
	c.clock.pass(5 * time.Minute)
	if got := get(token); got != casework.RequestExpired {
		t.Errorf("expired: %q", got)
	}
}

func TestOnlyOnesOwnGrantCanBeUnbound(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("chen-zhiyuan")
	_, token := c.ask("SAMPLE-0001")
	h.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{Agree: true, PIN: pin}, nil)
	var records []protocol.UseRecord
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	path := "/phone/grants/" + string(records[0].Grant) + "/revoke"
	status, reason := c.signedIn("gao-feng").call("POST", path, nil, nil)
	want(t, "another's", status, reason, 404, casework.GrantUnknown)
	if status, _ := h.call("POST", path, nil, nil); status != 204 {
		t.Errorf("own: %d", status)
	}
	h.call("GET", protocol.PathPhoneRecords, nil, &records)
	if records[0].What != "revoked" || records[0].Live {
		t.Errorf("records: %+v", records)
	}
}

func TestAReceiptTellsTheItemOnlyToItsHolder(t *testing.T) {
	c := newCentre(t, knownReceipt)
	var shown struct {
		Item   string                    `json:"item"`
		Height int64                     `json:"height"`
		Read   []protocol.ConsentLicence `json:"read"`
	}
	status, reason := c.handset().call("GET", "/phone/receipts/other", nil, nil)
	want(t, "unknown", status, reason, 404, casework.WrongReceipt)
	c.handset().call("GET", "/phone/receipts/known", nil, &shown)
	if shown.Item != "" || len(shown.Read) != 0 || shown.Height != 4711 {
		t.Errorf("a stranger sees %+v", shown)
	}
	c.signedIn("chen-zhiyuan").call("GET", "/phone/receipts/known", nil, &shown)
	if shown.Item != "医疗器械网络销售备案" || len(shown.Read) != 1 || shown.Read[0].Fields[1] != "统一社会信用代码" {
		t.Errorf("the holder sees %+v", shown)
	}
}

func TestTheLiveCodesPictureIsItsHoldersAlone(t *testing.T) {
	c := newCentre(t, knownReceipt)
	if status, why := c.handset().call("GET", protocol.PathCodePicture, nil, nil); status != http.StatusUnauthorized || why != casework.SignInNeeded {
		t.Errorf("nobody gets %d %s", status, why)
	}
	holder := c.signedIn("chen-zhiyuan")
	if status, why := holder.call("GET", protocol.PathCodePicture, nil, nil); status != http.StatusNotFound || why != casework.CodeUnknown {
		t.Errorf("without a code: %d %s", status, why)
	}
	var made protocol.MadeCode
	holder.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", PIN: pin, Entity: "example-medical"}, &made)
	if status, _ := holder.call("GET", protocol.PathCodePicture, nil, nil); status != http.StatusOK {
		t.Errorf("with a code: %d", status)
	}
	if _, _, err := c.redeem(made.Code, "SAMPLE-0001"); err != nil {
		t.Fatal(err)
	}
	if status, _ := holder.call("GET", protocol.PathCodePicture, nil, nil); status != http.StatusNotFound {
		t.Errorf("of a used code: %d", status)
	}
}
