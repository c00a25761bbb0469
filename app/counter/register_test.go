package counter_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/repository"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/assets"
	"counterfoil/sync/ledger/bundle"
)

// The catalogue's and the register's part of an eighth kind, and an item that needs
// a person's licence beside an entity's.
const (
	eighthKind = `
[[kind]]
kind = "social-security-card"
name = "社会保障卡"
name_en = "Social security card"
holder = "name"
fields = [
  { field = "name", name = "姓名", name_en = "Name" },
  { field = "card_number", name = "卡号", name_en = "Card number" },
  { field = "bank", name = "服务银行", name_en = "Bank" },
]

[[item]]
code = "SAMPLE-8001"
name = "社会保险参保证明打印（示例）"
name_en = "Printed proof of social insurance (sample)"
bureau = "hr"
audience = "personal"
basis = "示例"
form_name = "申请表"
keep_days = 30
signature = true
photo = "optional"
needs = [{ kind = "social-security-card", fields = ["name", "card_number"] }]
form = [
  { field = "who", label = "姓名", from = "social-security-card.name", required = true },
  { field = "card", label = "卡号", from = "social-security-card.card_number", required = true },
]

[[item]]
code = "SAMPLE-8002"
name = "单位业务经办（示例）"
name_en = "An entity's business (sample)"
bureau = "hr"
audience = "legal"
basis = "示例"
form_name = "申请表"
keep_days = 30
signature = true
photo = "optional"
needs = [{ kind = "id-card", fields = ["name"] }, { kind = "business-licence", fields = ["name", "legal_representative", "address"] }]
form = [
  { field = "company", label = "单位名称", from = "business-licence.name", required = true },
  { field = "where", label = "住所", from = "business-licence.address", required = true },
  { field = "who", label = "经办人", from = "id-card.name", required = true },
]
`
	eighthLicence = `
[[person.licence]]
kind = "social-security-card"
issuer = "北京市示例区民政局"
issued = "2019-05-06"
[person.licence.fields]
card_number = "SAMPLE-CARD-0001"
bank = "示例银行"

`
	husband = "# Her husband holds nothing here"
)

// wider is the sample catalogue with the eighth kind.
func wider() (*catalogue.Catalogue, error) {
	return catalogue.Load(bytes.NewReader(append(assets.SampleCatalogue(), eighthKind...)), "wider.toml")
}

// papers is a register that an issuer changes while the centre runs.
type papers struct {
	*hall
	path, first string
}

func newPapers(t *testing.T) *papers {
	t.Helper()
	raw, err := os.ReadFile("../centre/repository/register.toml")
	if err != nil {
		t.Fatal(err)
	}
	p := &papers{path: filepath.Join(t.TempDir(), "register.toml"), first: strings.Replace(string(raw), husband, eighthLicence+husband, 1)}
	if err := os.WriteFile(p.path, []byte(p.first), 0o600); err != nil {
		t.Fatal(err)
	}
	p.hall = hallOf(t, 3*time.Minute, wider, p.path)
	return p
}

// change writes the register as it was at first with one text replaced, after
// after, and has it read.
func (p *papers) change(after, old, is string) {
	p.t.Helper()
	head, tail, found := strings.Cut(p.first, after)
	changed := strings.Replace(tail, old, is, 1)
	if !found || changed == tail {
		p.t.Fatalf("the register has no %q after %q", old, after)
	}
	p.write(head + after + changed)
	p.must(p.centre.ReloadRegister())
}

func (p *papers) write(text string) { p.t.Helper(); p.must(os.WriteFile(p.path, []byte(text), 0o600)) }

func (p *papers) restore() { p.t.Helper(); p.write(p.first); p.must(p.centre.ReloadRegister()) }

// as makes it that holder's phone, and the item the one that is asked for.
func (p *papers) as(holder string, item casework.ItemCode) {
	p.t.Helper()
	var err error
	p.phone, err = rehearse.NewPhone(p.ctx, rehearse.PhoneOptions{Base: p.centre.PhoneURL(), Holder: holder, PIN: repository.PracticePIN, Hall: "dongcheng", Client: p.session})
	p.must(err)
	p.item, _ = p.books.Item(item)
}

// coded opens a case and has a code made, which is the citizen's consent.
func (p *papers) coded() string {
	p.t.Helper()
	p.opened()
	code, err := p.phone.MakeCode(p.ctx, p.item)
	p.must(err)
	return code
}

// refused tells the code and waits for what the counter says, with nothing shown.
func (p *papers) refused(code string, want casework.RefusalKind) {
	p.t.Helper()
	p.must(p.desk.Paste(code))
	p.until("the counter says "+string(want), func(s desk.Snapshot) bool {
		return s.Stage == desk.StageRetrieve && s.Busy == "" && s.Problem != nil && s.Problem.Kind == want
	})
	if len(p.last.Case.Licences) != 0 || len(p.last.Case.Form) != 0 {
		p.t.Error("something of a licence is shown")
	}
}

func (p *papers) abandoned() {
	p.t.Helper()
	p.must(p.desk.Abandon(p.ctx, casework.ClerkGaveUp))
	p.stage(desk.StageEnded)
	p.desk.Clear()
}

// ask reads from the phone page as who is signed in.
func (p *papers) ask(path string, into any) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.ctx, http.MethodGet, p.centre.PhoneURL()+path, nil)
	p.must(err)
	req.Header.Set("X-Counterfoil", "1")
	req.Header.Set("Cookie", p.session.cookie())
	resp, err := http.DefaultClient.Do(req)
	p.must(err)
	defer resp.Body.Close()
	p.must(json.NewDecoder(resp.Body).Decode(into))
}

// bundled returns who acts, as the case's bundle has it: what counterfoil-verify
// writes out.
func (p *papers) bundled(id casework.CaseID) (a casework.Acting) {
	p.t.Helper()
	raw, err := p.counter.Bundle(p.ctx, id)
	p.must(err)
	m, _, err := bundle.Read(raw)
	p.must(err)
	for _, c := range slices.Concat(m.Contents...) {
		if c.Name == "acting" {
			p.must(json.Unmarshal(c.Content, &a))
		}
	}
	return a
}

// newest returns the newest record of the phone.
func (p *papers) newest() protocol.UseRecord {
	p.t.Helper()
	var list []protocol.UseRecord
	p.ask(protocol.PathPhoneRecords, &list)
	if len(list) == 0 {
		p.t.Fatal("no record")
	}
	return list[0]
}

func TestAnEighthKindIsDataAlone(t *testing.T) {
	p := newPapers(t)
	p.as("wang-xiulan", "SAMPLE-8001")
	id := p.authorized()
	if l := p.last.Case.Licences; len(l) != 1 || l[0].Name != "社会保障卡" || l[0].NameEN != "Social security card" || l[0].Identifier || p.last.Case.Acting != nil {
		t.Errorf("the clerk sees %+v", l)
	}
	if f := p.last.Case.Form; f[0].Value != "王秀兰" || f[1].Value != "SAMPLE-CARD-0001" {
		t.Errorf("the form is %+v", f)
	}
	p.confirmed()
	p.finished()
	p.settled()
	p.proved(id, wholeCase()...)
	var me protocol.Me
	p.ask(protocol.PathMe, &me)
	if !slices.ContainsFunc(me.Licences, func(l protocol.HeldLicence) bool {
		return l.Name == "社会保障卡" && l.NameEN == "Social security card" && l.Status == casework.InForce
	}) {
		t.Errorf("the phone lists %+v", me.Licences)
	}
	if r := p.newest(); r.Kinds[0] != "社会保障卡" || r.KindsEN[0] != "Social security card" || r.What != "submitted" {
		t.Errorf("the phone's record is %+v", r)
	}
}

func TestAnEntitysLicenceIsUsedByANamedPersonInARole(t *testing.T) {
	p := newPapers(t)
	p.as("fang-minghui", "SAMPLE-8002")
	id := p.authorized()
	want := casework.Acting{Role: casework.Entrusted, Name: "方明慧", For: "示例医药科技（北京）有限公司"}
	if a := p.last.Case.Acting; a == nil || *a != want {
		t.Fatalf("the clerk reads %+v", a)
	}
	p.confirmed()
	p.finished()
	p.settled()
	p.proved(id, wholeCase()...)
	if got := p.bundled(id); got != want {
		t.Errorf("the bundle says %+v", got)
	}
	if r := p.newest(); r.Acting == nil || r.Acting.For != want.For || r.Acting.Role != want.Role || r.What != "submitted" {
		t.Errorf("the phone's record is %+v", r)
	}
	p.desk.Clear()

	code := p.coded() // entrusted when the code is made, and no longer when it is told
	p.change("person = \"fang-minghui\"", `until = "2099-12-31"`, `until = "2020-01-01"`)
	p.refused(code, casework.RoleEnded)
	if r := p.newest(); r.What != "refused" || r.Reason != casework.RoleEnded {
		t.Errorf("the phone's record is %+v", r)
	}
	p.restore()
	p.must(p.desk.Retry(p.ctx)) // entrusted anew
	p.stage(desk.StageReview)
	p.abandoned()

	p.as("chen-zhiyuan", "SAMPLE-8002") // the register of companies has another representative already
	code = p.coded()
	p.change("2016081700105", `legal_representative = "陈致远"`, `legal_representative = "方明慧"`)
	p.refused(code, casework.ActingMismatch)
	p.restore()
}

func TestAnIssuerChangesALicenceInTheMiddleOfACase(t *testing.T) {
	p := newPapers(t)
	p.as("chen-zhiyuan", "SAMPLE-8002")
	const licence = "serial = \"2016081700105\""

	code := p.coded() // suspended after the consent
	p.change(licence, "\ncredit", "\nstatus = \"suspended\"\ncredit")
	p.refused(code, casework.LicenceSuspended)
	_ = p.desk.Retry(p.ctx)
	p.until("it says so again", func(s desk.Snapshot) bool {
		return s.Busy == "" && s.Problem != nil && s.Problem.Kind == casework.LicenceSuspended
	})
	var records []protocol.UseRecord
	p.ask(protocol.PathPhoneRecords, &records)
	if len(records) != 2 || records[0].What != "refused" || records[0].Reason != casework.LicenceSuspended || records[1].What != "authorized" {
		t.Errorf("two tries are recorded as %+v", records)
	}

	p.restore() // in force again: the same case goes on
	p.must(p.desk.Retry(p.ctx))
	p.stage(desk.StageReview)
	p.change(licence, "北京市东城区示例东路9号2层201室", "北京市东城区示例新路1号") // changed after the retrieval
	p.confirmed()
	id := p.last.Case.ID
	if f := p.last.Case.Form; f[1].Value != "北京市东城区示例东路9号2层201室" {
		t.Errorf("the case does not keep what was called up: %+v", f)
	}
	p.finished()
	p.settled()
	p.proved(id, wholeCase()...)
	p.desk.Clear()

	code = p.coded() // the next case reads the change
	p.must(p.desk.Paste(code))
	p.stage(desk.StageReview)
	if f := p.last.Case.Form; f[1].Value != "北京市东城区示例新路1号" {
		t.Errorf("the next case reads %+v", f)
	}
	p.abandoned()

	p.as("wang-xiulan", "SAMPLE-8001")
	code = p.coded() // not held any more when the code is told
	p.change("", eighthLicence, "")
	p.refused(code, casework.LicenceNotHeld)
	if r := p.newest(); r.What != "refused" || r.Reason != casework.LicenceNotHeld {
		t.Errorf("the phone's record is %+v", r)
	}

	p.write(p.first + "\n[[person]]\nid = 7") // a broken file changes nothing
	err := p.centre.ReloadRegister()
	if casework.KindOf(err) != casework.RegisterInvalid || !strings.Contains(err.Error(), "person.id") {
		t.Errorf("a broken file: %v", err)
	}
	var me protocol.Me
	p.ask(protocol.PathMe, &me)
	if me.Holder.ID != "wang-xiulan" || len(me.Licences) != 4 {
		t.Errorf("after a broken file the phone shows %+v", me)
	}
}
