package casework_test

import (
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
)

const (
	opened       = casework.Opened
	authorized   = casework.Authorized
	retrieved    = casework.Retrieved
	confirmed    = casework.Confirmed
	signed       = casework.Signed
	photographed = casework.Photographed
	submitted    = casework.Submitted
	abandoned    = casework.Abandoned

	// byPaper stands for authorized in the tests' lists: authorized by paper originals.
	byPaper = casework.StepKind("authorized by paper")
)

var (
	nothing   = casework.Demands{}
	signature = casework.Demands{Signature: true}
	optional  = casework.Demands{Signature: true, Photo: casework.PhotoOptional}
	required  = casework.Demands{Signature: true, Photo: casework.PhotoRequired}
)

type steps = []casework.StepKind

// TestTheRulesOfACase says in words what each step needs, and what happens to
// one that comes too early, too late or twice.
func TestTheRulesOfACase(t *testing.T) {
	for _, rule := range []struct {
		words   string
		demands casework.Demands
		before  steps
		step    casework.StepKind
		refused casework.RefusalKind
	}{
		{"a case begins with its opening", optional, steps{}, opened, ""},
		{"nothing comes before the opening", optional, steps{}, authorized, casework.ForbiddenStep},
		{"a case that does not exist cannot be abandoned", optional, steps{}, abandoned, casework.ForbiddenStep},
		{"a case is opened once", optional, steps{opened}, opened, casework.ForbiddenStep},
		{"authorized needs opened", optional, steps{opened}, authorized, ""},
		{"another grant may take the place of one that lapsed", optional, steps{opened, authorized}, authorized, ""},
		{"once retrieved, no other grant", optional, steps{opened, authorized, retrieved}, authorized, casework.ForbiddenStep},
		{"retrieved needs authorized", optional, steps{opened}, retrieved, casework.ForbiddenStep},
		{"retrieved follows authorized", optional, steps{opened, authorized}, retrieved, ""},
		{"licences are retrieved once", optional, steps{opened, authorized, retrieved}, retrieved, casework.ForbiddenStep},
		{"confirmed needs retrieved", optional, steps{opened, authorized}, confirmed, casework.ForbiddenStep},
		{"confirmed follows retrieved", optional, steps{opened, authorized, retrieved}, confirmed, ""},
		{"a changed field asks again", optional, steps{opened, authorized, retrieved, confirmed}, confirmed, ""},
		{"signed needs confirmed", optional, steps{opened, authorized, retrieved}, signed, casework.ForbiddenStep},
		{"signed follows confirmed", optional, steps{opened, authorized, retrieved, confirmed}, signed, ""},
		{"one confirmation is signed once", optional, steps{opened, authorized, retrieved, confirmed, signed}, signed, casework.AlreadyDone},
		{"a new confirmation is signed again", optional, steps{opened, authorized, retrieved, confirmed, signed, confirmed}, signed, ""},
		{"the signature comes before the photo", optional, steps{opened, authorized, retrieved, confirmed}, photographed, casework.SignatureMissing},
		{"without a demand for a signature the photo may follow the confirmation", casework.Demands{Photo: casework.PhotoOptional}, steps{opened, authorized, retrieved, confirmed}, photographed, ""},
		{"photographed follows signed", required, steps{opened, authorized, retrieved, confirmed, signed}, photographed, ""},
		{"one photo a case", required, steps{opened, authorized, retrieved, confirmed, signed, photographed}, photographed, casework.AlreadyDone},
		{"no photo where the item asks for none", signature, steps{opened, authorized, retrieved, confirmed, signed}, photographed, casework.PhotoNotAsked},
		{"submitted needs the signature", signature, steps{opened, authorized, retrieved, confirmed}, submitted, casework.SignatureMissing},
		{"submitted needs the signature of the last confirmation", signature, steps{opened, authorized, retrieved, confirmed, signed, confirmed}, submitted, casework.SignatureMissing},
		{"submitted needs the photo, or its reason", optional, steps{opened, authorized, retrieved, confirmed, signed}, submitted, casework.PhotoMissing},
		{"submitted follows when all is there", required, steps{opened, authorized, retrieved, confirmed, signed, photographed}, submitted, ""},
		{"a changed field keeps the photo", required, steps{opened, authorized, retrieved, confirmed, signed, photographed, confirmed, signed}, submitted, ""},
		{"an item that demands nothing is submitted once confirmed", nothing, steps{opened, authorized, retrieved, confirmed}, submitted, ""},
		{"never without a confirmation", nothing, steps{opened, authorized, retrieved}, submitted, casework.ForbiddenStep},
		{"nothing follows a submission", nothing, steps{opened, authorized, retrieved, confirmed, submitted}, confirmed, casework.CaseEnded},
		{"a submitted case cannot be abandoned", nothing, steps{opened, authorized, retrieved, confirmed, submitted}, abandoned, casework.CaseEnded},
		{"abandoned after opened", optional, steps{opened}, abandoned, ""},
		{"abandoned after authorized", optional, steps{opened, authorized}, abandoned, ""},
		{"abandoned after retrieved", optional, steps{opened, authorized, retrieved}, abandoned, ""},
		{"abandoned after confirmed", optional, steps{opened, authorized, retrieved, confirmed}, abandoned, ""},
		{"abandoned after signed", optional, steps{opened, authorized, retrieved, confirmed, signed}, abandoned, ""},
		{"abandoned after photographed", optional, steps{opened, authorized, retrieved, confirmed, signed, photographed}, abandoned, ""},
		{"nothing follows an abandonment", optional, steps{opened, abandoned}, authorized, casework.CaseEnded},
		{"paper originals authorize an opened case", optional, steps{opened}, byPaper, ""},
		{"nothing comes before the opening, paper neither", optional, steps{}, byPaper, casework.ForbiddenStep},
		{"after paper the form is confirmed at once", optional, steps{opened, byPaper}, confirmed, ""},
		{"nothing is retrieved after paper", optional, steps{opened, byPaper}, retrieved, casework.ForbiddenStep},
		{"nor later", optional, steps{opened, byPaper, confirmed}, retrieved, casework.ForbiddenStep},
		{"originals are read once", optional, steps{opened, byPaper}, byPaper, casework.ForbiddenStep},
		{"no grant takes the place of originals", optional, steps{opened, byPaper}, authorized, casework.ForbiddenStep},
		{"paper may take the place of a grant that can't be used", optional, steps{opened, authorized}, byPaper, ""},
		{"and then counts alone", optional, steps{opened, authorized, byPaper}, retrieved, casework.ForbiddenStep},
		{"once retrieved, no paper", optional, steps{opened, authorized, retrieved}, byPaper, casework.ForbiddenStep},
		{"a case by paper needs its signature", optional, steps{opened, byPaper, confirmed}, submitted, casework.SignatureMissing},
		{"a case by paper needs its photo", required, steps{opened, byPaper, confirmed, signed}, submitted, casework.PhotoMissing},
		{"a case by paper is submitted when all is there", required, steps{opened, byPaper, confirmed, signed, photographed}, submitted, ""},
		{"a changed field asks again, in a case by paper too", optional, steps{opened, byPaper, confirmed, signed}, confirmed, ""},
		{"a case by paper is abandoned", optional, steps{opened, byPaper}, abandoned, ""},
		{"not even another one", optional, steps{opened, abandoned}, abandoned, casework.CaseEnded},
	} {
		t.Run(rule.words, func(t *testing.T) {
			c, err := walk(rule.demands, rule.before...)
			if err != nil {
				t.Fatal(err)
			}
			e := entry(c, rule.step)
			if rule.step == opened {
				e.Body.Demands = rule.demands
			}
			after, err := c.Next(e, digest(5000))
			if casework.KindOf(err) != rule.refused {
				t.Fatalf("want %q, got %v", rule.refused, err)
			}
			if err != nil && after != c {
				t.Error("a refused step changed the case")
			}
			if err == nil && (after.Seq != c.Seq+1 || after.Head != digest(5000) || !after.Last.Equal(e.Time)) {
				t.Errorf("the case stands at %+v", after)
			}
		})
	}
}

// TestAStepThatDoesNotContinueTheCaseIsRefused changes one thing at a time of a
// step that would be right.
func TestAStepThatDoesNotContinueTheCaseIsRefused(t *testing.T) {
	c, err := walk(optional, opened, authorized, retrieved, confirmed)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []struct {
		words  string
		step   casework.StepKind
		change func(*casework.Entry)
		kind   casework.RefusalKind
	}{
		{"a sequence number left out", signed, func(e *casework.Entry) { e.Seq++ }, casework.WrongSequence},
		{"a sequence number twice", signed, func(e *casework.Entry) { e.Seq-- }, casework.WrongSequence},
		{"more steps than a case may have", signed, func(e *casework.Entry) { e.Seq = casework.MaxSteps + 1 }, casework.WrongSequence},
		{"another previous entry", signed, func(e *casework.Entry) { e.Prev = digest(7777) }, casework.WrongPrevious},
		{"no previous entry", signed, func(e *casework.Entry) { e.Prev = casework.Digest{} }, casework.WrongPrevious},
		{"a time before the previous entry's", signed, func(e *casework.Entry) { e.Time = c.Last.Add(-time.Millisecond) }, casework.TimeBeforePrevious},
		{"a time finer than milliseconds", signed, func(e *casework.Entry) { e.Time = e.Time.Add(1) }, casework.Malformed},
		{"a time that is not UTC", signed, func(e *casework.Entry) { e.Time = e.Time.In(time.FixedZone("", 8*3600)) }, casework.Malformed},
		{"no time", signed, func(e *casework.Entry) { e.Time = time.Time{} }, casework.Malformed},
		{"another case", signed, func(e *casework.Entry) { e.Case = "ffffffffffffffffffffffffffffffff" }, casework.WrongCase},
		{"a case id that is none", signed, func(e *casework.Entry) { e.Case = "0123" }, casework.Malformed},
		{"another hall", signed, func(e *casework.Entry) { e.Hall = "xicheng" }, casework.WrongCase},
		{"another counter", signed, func(e *casework.Entry) { e.Counter = "13" }, casework.WrongCase},
		{"no clerk", signed, func(e *casework.Entry) { e.Clerk = "" }, casework.Malformed},
		{"no chain", signed, func(e *casework.Entry) { e.Chain = "" }, casework.Malformed},
		{"the signature of another confirmation", signed, func(e *casework.Entry) { e.Body.Confirmation = digest(4) }, casework.WrongConfirmation},
		{"a signature without ink", signed, func(e *casework.Entry) { e.Body.Ink = casework.Commitment{} }, casework.Malformed},
		{"a body with a field of another kind", signed, func(e *casework.Entry) { e.Body.Photo = commitment(8) }, casework.Malformed},
		{"an unknown kind of step", signed, func(e *casework.Entry) { e.Kind = "lent" }, casework.Malformed},
		{"a confirmation without the picture", confirmed, func(e *casework.Entry) { e.Body.Picture = casework.Commitment{} }, casework.Malformed},
		{"free text as a reason", abandoned, func(e *casework.Entry) { e.Body.Reason = "went for lunch" }, casework.Malformed},
		{"a skipped photo's reason on an abandonment", abandoned, func(e *casework.Entry) { e.Body.Reason = casework.NoCamera }, casework.Malformed},
	} {
		t.Run(wrong.words, func(t *testing.T) {
			e := entry(c, wrong.step)
			wrong.change(&e)
			if after, err := c.Next(e, digest(6000)); casework.KindOf(err) != wrong.kind || after != c {
				t.Errorf("want %q, got %v", wrong.kind, err)
			}
		})
	}
}

func TestAPhotoMayBeSkippedOnlyWhereTheItemAllowsIt(t *testing.T) {
	for demands, want := range map[casework.Demands]casework.RefusalKind{optional: "", required: casework.PhotoMissing, signature: casework.PhotoNotAsked} {
		c, err := walk(demands, opened, authorized, retrieved, confirmed, signed)
		if err != nil {
			t.Fatal(err)
		}
		for _, reason := range casework.SkipReasons() {
			e := entry(c, photographed)
			e.Body = casework.Body{Reason: reason}
			if _, err := c.Next(e, digest(1)); casework.KindOf(err) != want {
				t.Errorf("%s with %+v: want %q, got %v", reason, demands, want, err)
			}
		}
		e := entry(c, photographed)
		e.Body.Reason = casework.PhotoRefused
		if _, err := c.Next(e, digest(1)); casework.KindOf(err) != casework.Malformed {
			t.Errorf("a photo and a reason why there is none: %v", err)
		}
	}
}

func TestLicencesAreRetrievedWithTheGrantThatAuthorizedTheCase(t *testing.T) {
	c, err := walk(optional, opened, authorized)
	if err != nil {
		t.Fatal(err)
	}
	e := entry(c, retrieved)
	e.Body.Grant = grantB
	if _, err := c.Next(e, digest(1)); casework.KindOf(err) != casework.WrongGrant {
		t.Errorf("another grant: %v", err)
	}
	again := entry(c, authorized)
	again.Body.Grant = grantB
	c, err = c.Next(again, digest(2))
	if err != nil {
		t.Fatal(err)
	}
	e = entry(c, retrieved)
	if e.Body.Grant = grantA; casework.KindOf(second(c.Next(e, digest(3)))) != casework.WrongGrant {
		t.Error("the grant that was replaced still counts")
	}
	e.Body.Licences = make([]casework.LicenceCommitment, 17)
	if e.Check() == nil {
		t.Error("more licences than an entry may hold")
	}
	if e.Body.Licences = nil; e.Check() == nil {
		t.Error("a retrieval of nothing")
	}
}

func second(_ casework.Standing, err error) error { return err }

func TestAnAuthorizationStandsOnAGrantOrOnPaperAndNeverOnBoth(t *testing.T) {
	c, err := walk(optional, opened)
	if err != nil {
		t.Fatal(err)
	}
	for words, change := range map[string]func(*casework.Body){
		"paper with a grant":           func(b *casework.Body) { b.Grant = grantA },
		"paper without the originals":  func(b *casework.Body) { b.Originals = casework.Commitment{} },
		"paper without the item":       func(b *casework.Body) { b.Item = casework.Commitment{} },
		"a code with originals":        func(b *casework.Body) { b.Method, b.Grant = casework.ByCode, grantA },
		"a QR with originals, ungiven": func(b *casework.Body) { b.Method = casework.ByQR },
		"no method":                    func(b *casework.Body) { b.Method = "" },
		"paper with licences": func(b *casework.Body) {
			b.Licences = []casework.LicenceCommitment{{Kind: commitment(3), Original: commitment(4)}}
		},
	} {
		e := entry(c, byPaper)
		change(&e.Body)
		if _, err := c.Next(e, digest(1)); casework.KindOf(err) != casework.Malformed {
			t.Errorf("%s: %v", words, err)
		}
	}
	acting := entry(c, byPaper)
	acting.Body.Acting = commitment(20)
	after, err := c.Next(acting, digest(2))
	if err != nil || !after.Paper || after.Grant != "" {
		t.Errorf("somebody who acts, by paper: %+v, %v", after, err)
	}
	for _, kind := range casework.StepKinds() {
		if e := entry(after, kind); kind != authorized {
			if e.Body.Originals = commitment(21); e.Check() == nil {
				t.Errorf("originals in an entry of the kind %s", kind)
			}
		}
	}
}

func TestOriginalsMustCarryTheItem(t *testing.T) {
	item := casework.ServiceItem{Needs: []casework.LicenceNeed{{Kind: "id-card"}, {Kind: "household-register"}}}
	whole := casework.Originals{Kinds: []casework.LicenceKind{"household-register", "id-card"}, Compared: casework.ByEye, Reason: casework.NoPhone}
	if err := whole.Check(item); err != nil {
		t.Fatal(err)
	}
	for words, row := range map[string]struct {
		change func(*casework.Originals)
		want   casework.RefusalKind
	}{
		"one of two":                  {func(o *casework.Originals) { o.Kinds = o.Kinds[:1] }, casework.OriginalsMissing},
		"one of two, twice":           {func(o *casework.Originals) { o.Kinds = []casework.LicenceKind{"id-card", "id-card"} }, casework.OriginalsMissing},
		"one that nobody asked for":   {func(o *casework.Originals) { o.Kinds = append(o.Kinds, "marriage-certificate") }, casework.Malformed},
		"nobody compared":             {func(o *casework.Originals) { o.Compared = "" }, casework.NotCompared},
		"compared by a machine":       {func(o *casework.Originals) { o.Compared = "face" }, casework.NotCompared},
		"no reason":                   {func(o *casework.Originals) { o.Reason = "" }, casework.PaperReasonUnset},
		"a reason that is not listed": {func(o *casework.Originals) { o.Reason = "quicker" }, casework.PaperReasonUnset},
	} {
		o := whole
		row.change(&o)
		if err := o.Check(item); casework.KindOf(err) != row.want {
			t.Errorf("%s: want %q, got %v", words, row.want, err)
		}
	}
}

func TestWhatIsReadOffAnOriginalIsCheckedAsItIsTyped(t *testing.T) {
	for _, row := range []struct {
		as         casework.Typed
		text, want string
		refused    casework.RefusalKind
	}{
		{casework.TypedCitizenNumber, "11010519491231002X", "11010519491231002X", ""},
		{casework.TypedCitizenNumber, "110105194912310021", "", casework.NumberWrong},
		{casework.TypedCitizenNumber, casework.AsShown, casework.AsShown, ""},
		{casework.TypedCreditCode, "91350100M000100Y43", "91350100M000100Y43", ""},
		{casework.TypedCreditCode, "91350100M000100Y44", "", casework.NumberWrong},
		{casework.TypedDate, "19490131", "1949年1月31日", ""},
		{casework.TypedDate, "19490231", "", casework.DayWrong},
		{casework.TypedYesNo, casework.Yes, casework.Yes, ""},
		{casework.TypedYesNo, "maybe", "", casework.Malformed},
		{"", "北京市东城区", "北京市东城区", ""},
		{"", strings.Repeat("长", 700), "", casework.Malformed},
		{"", "", "", ""},
	} {
		got, err := row.as.Read(row.text)
		if got != row.want || casework.KindOf(err) != row.refused {
			t.Errorf("%s %q: %q, %v", row.as, row.text, got, err)
		}
	}
}
