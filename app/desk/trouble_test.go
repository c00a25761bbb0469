package desk_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// The centre fails in the two moments that need it; each time the clerk is told,
// the code stays in its cells, the grant is kept, and the same case goes on.
func TestACentreThatAnswersBadlyCostsACaseNothing(t *testing.T) {
	for name, c := range map[string]struct {
		how  func(*far) http.HandlerFunc
		want casework.RefusalKind
	}{
		"500":            {func(*far) http.HandlerFunc { return says(500, "boom") }, casework.CentreFailing},
		"a proxy's page": {func(*far) http.HandlerFunc { return says(502, "<html>Bad Gateway</html>") }, casework.CentreFailing},
		"garbage":        {func(*far) http.HandlerFunc { return says(200, "\x00\x01 no answer at all") }, casework.CentreGarbled},
		"half an answer": {func(*far) http.HandlerFunc { return says(200, `{"id":"`) }, casework.CentreGarbled},
		"nothing":        {func(f *far) http.HandlerFunc { return f.silence }, casework.CentreUnreachable},
		"no ledger there": {func(*far) http.HandlerFunc {
			return says(503, `{"status":503,"reason":"ledger-unreachable","retry_after":2}`)
		}, casework.LedgerUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFar(t, nil)
			if err := f.desk.Open(t.Context(), "SAMPLE-0003"); err != nil {
				t.Fatal(err)
			}
			f.until("the QR", func(s desk.Snapshot) bool { return s.Case != nil && s.Case.Request != nil })
			f.makeCode("12345678", false)
			f.disturb("/redeem", c.how(f))
			if err := f.desk.Paste("1234 5678"); casework.KindOf(err) != c.want {
				t.Fatalf("redeeming: %v", err)
			}
			f.told(c.want)
			if p := f.last.Problem; (p.Wait > 0) != (c.want == casework.LedgerUnreachable) || f.last.Case.Digits != "12345678" || f.kept() != "opened" {
				t.Fatalf("the code reads %q, the problem %+v", f.last.Case.Digits, p)
			}
			f.restore()
			f.disturb("/retrieve", c.how(f))
			if err := f.desk.Retry(t.Context()); err != nil {
				t.Fatal("the same code again:", err)
			}
			f.told(c.want)
			f.reaches(desk.StageRetrieve)
			if len(f.last.Case.Licences) != 0 || f.kept() != "opened authorized" {
				t.Fatalf("%d licences, kept %s", len(f.last.Case.Licences), f.kept())
			}
			f.restore()
			if err := f.desk.Retry(t.Context()); err != nil {
				t.Fatal("the retrieval again:", err)
			}
			f.reaches(desk.StageReview)
			if len(f.last.Case.Licences) != 3 || f.kept() != "opened authorized retrieved" {
				t.Errorf("%d licences, kept %s", len(f.last.Case.Licences), f.kept())
			}
		})
	}
}

// needing returns an item that needs the kind and nothing that the holder lacks.
func needing(t *testing.T, r *repository.Repository, holder string, kind casework.LicenceKind) casework.ServiceItem {
	t.Helper()
	books, _ := sample()
	held := map[casework.LicenceKind]bool{}
	for _, l := range r.Held(holder) {
		held[l.Kind] = true
	}
	for _, item := range books.Items() {
		all, has := true, false
		for _, n := range item.Needs {
			all, has = all && held[n.Kind], has || n.Kind == kind
		}
		if all && has {
			return item
		}
	}
	t.Fatalf("no item for %s of %s", kind, holder)
	return casework.ServiceItem{}
}

// The real repository's licences that are broken on purpose: nothing of them is
// shown or kept, and the same case goes on with sound ones.
func TestLicencesThatCannotBeBelievedAreNeverShown(t *testing.T) {
	books, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	licences, err := repository.New(repository.Options{Home: t.TempDir(), Kinds: books.Kind})
	if err != nil {
		t.Fatal(err)
	}
	issuers := licences.Issuers()
	for _, c := range []struct {
		holder string
		kind   casework.LicenceKind
		want   casework.RefusalKind
		sound  string
	}{
		{"test-a", "id-card", casework.IssuerSignature, "zheng-shouyi"},
		{"test-b", "id-card", casework.IdentifierCheck, "zheng-shouyi"},
		{"test-c", "id-card", casework.IssuerUnknown, "zheng-shouyi"},
		{"test-trading", "business-licence", casework.LicenceSuspended, "example-medical"},
		{"gao-feng", "driving-licence", casework.LicenceExpired, ""},
	} {
		t.Run(c.holder, func(t *testing.T) {
			t.Parallel()
			f := newFar(t, func(o *desk.Options) {
				o.Issuer = func(name string) (protocol.PublicKey, bool) { k, ok := issuers[name]; return k, ok }
			})
			of := func(holder string) holdings {
				return func(needs []casework.LicenceNeed) ([]protocol.RetrievedLicence, error) {
					return licences.Retrieve(t.Context(), holder, needs)
				}
			}
			f.city.holdings = of(c.holder)
			f.city.acting = &casework.Acting{Role: casework.LegalRepresentative, Name: "陈致远", For: "示例医药科技（北京）有限公司"}
			f.makeCode("12345678", false)
			if err := f.desk.Open(t.Context(), needing(t, licences, c.holder, c.kind).Code); err != nil {
				t.Fatal(err)
			}
			if err := f.desk.Paste("12345678"); err != nil {
				t.Fatal(err)
			}
			f.told(c.want)
			f.reaches(desk.StageRetrieve)
			if len(f.last.Case.Licences) != 0 || len(f.last.Case.Form) != 0 || f.kept() != "opened authorized" {
				t.Fatalf("something of it is shown or kept: %s", f.kept())
			}
			if list, err := f.journal.Attempts(t.Context(), f.last.Case.ID); err != nil || len(list) != 1 || list[0].Why != c.want {
				t.Errorf("the failed try is kept as %v, %v", list, err)
			}
			if c.sound == "" { // a licence that has run out stays so: the case is ended
				if err := f.desk.Abandon(t.Context(), casework.ClerkGaveUp); err != nil {
					t.Fatal(err)
				}
				f.reaches(desk.StageEnded)
				return
			}
			f.city.mu.Lock() // the repository has put it right
			f.city.holdings = of(c.sound)
			f.city.mu.Unlock()
			if err := f.desk.Retry(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.reaches(desk.StageReview)
			if !strings.HasSuffix(f.kept(), "retrieved") || len(f.last.Case.Licences) == 0 {
				t.Errorf("the case stands at %s", f.kept())
			}
		})
	}
}
