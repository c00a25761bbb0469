package casework_test

import (
	"errors"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func TestAGrantIsGoodForItsHallItemAndTime(t *testing.T) {
	g := casework.Grant{ID: grantA, Hall: "dongcheng", Item: "SAMPLE-0001", From: noon(), Until: noon().Add(time.Hour)}
	for words, try := range map[string]struct {
		now  time.Time
		hall casework.HallID
		item casework.ItemCode
		want casework.RefusalKind
	}{
		"at its first moment":     {noon(), g.Hall, g.Item, ""},
		"before its first moment": {noon().Add(-1), g.Hall, g.Item, casework.GrantNotYet},
		"before its last moment":  {noon().Add(time.Hour - 1), g.Hall, g.Item, ""},
		"at its end":              {noon().Add(time.Hour), g.Hall, g.Item, casework.GrantLapsed},
		"in another hall":         {noon(), "xicheng", g.Item, casework.WrongHall},
		"for another item":        {noon(), g.Hall, "SAMPLE-0002", casework.WrongItem},
	} {
		if err := g.Live(try.now, try.hall, try.item); casework.KindOf(err) != try.want {
			t.Errorf("%s: want %q, got %v", words, try.want, err)
		}
	}
}

func TestTheLedgerPermitsWhatTheGrantCovers(t *testing.T) {
	g := casework.RegisteredGrant{ID: grantA, Hall: "dongcheng", Item: commitment(2), Kinds: []casework.Commitment{commitment(3)}, From: noon(), Until: noon().Add(time.Hour)}
	c, err := walk(optional, opened, authorized)
	if err != nil {
		t.Fatal(err)
	}
	retrieval := entry(c, retrieved)
	for words, try := range map[string]struct {
		change func(*casework.RegisteredGrant, *casework.Entry)
		want   casework.RefusalKind
	}{
		"as it is":              {func(*casework.RegisteredGrant, *casework.Entry) {}, ""},
		"another hall":          {func(g *casework.RegisteredGrant, _ *casework.Entry) { g.Hall = "xicheng" }, casework.WrongHall},
		"another item":          {func(g *casework.RegisteredGrant, _ *casework.Entry) { g.Item = commitment(55) }, casework.WrongItem},
		"a kind not named":      {func(g *casework.RegisteredGrant, _ *casework.Entry) { g.Kinds = []casework.Commitment{commitment(56)} }, casework.WrongKind},
		"used by this case":     {func(g *casework.RegisteredGrant, e *casework.Entry) { g.Case = e.Case }, ""},
		"used by another case":  {func(g *casework.RegisteredGrant, _ *casework.Entry) { g.Case = "ffffffffffffffffffffffffffffffff" }, casework.GrantUsed},
		"too early":             {func(g *casework.RegisteredGrant, e *casework.Entry) { g.From = e.Time.Add(1) }, casework.GrantNotYet},
		"too late":              {func(g *casework.RegisteredGrant, e *casework.Entry) { g.Until = e.Time }, casework.GrantLapsed},
		"revoked at that time":  {func(g *casework.RegisteredGrant, e *casework.Entry) { g.Revoked = e.Time }, casework.GrantWithdrawn},
		"revoked only later":    {func(g *casework.RegisteredGrant, e *casework.Entry) { g.Revoked = e.Time.Add(1) }, ""},
		"a later step after it": {func(g *casework.RegisteredGrant, e *casework.Entry) { e.Kind = confirmed; g.Until = e.Time }, ""},
		"a later step, revoked": {func(g *casework.RegisteredGrant, e *casework.Entry) { e.Kind = confirmed; g.Revoked = e.Time }, casework.GrantWithdrawn},
		"abandoned, revoked":    {func(g *casework.RegisteredGrant, e *casework.Entry) { e.Kind = abandoned; g.Revoked = e.Time }, ""},
	} {
		g, e := g, retrieval
		try.change(&g, &e)
		if err := g.Permits(e); casework.KindOf(err) != try.want {
			t.Errorf("%s: want %q, got %v", words, try.want, err)
		}
	}
}

func TestALicenceHoldsToTheEndOfItsLastDay(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	l := casework.Licence{Kind: "id-card", Status: casework.InForce, Until: day}
	for now, want := range map[time.Time]casework.RefusalKind{day: "", day.Add(24*time.Hour - 1): "", day.Add(24 * time.Hour): casework.LicenceExpired} {
		if err := l.Standing(now); casework.KindOf(err) != want {
			t.Errorf("%s: want %q, got %v", now, want, err)
		}
	}
	if l.Until = (time.Time{}); l.Standing(day.AddDate(100, 0, 0)) != nil {
		t.Error("长期 has an end")
	}
	for _, status := range []casework.LicenceStatus{casework.Suspended, casework.Withdrawn, ""} {
		if l.Status = status; casework.KindOf(l.Standing(day)) != casework.LicenceSuspended {
			t.Errorf("%q is taken for in force", status)
		}
	}
}

func TestAFormIsFilledFromTheNamedLicences(t *testing.T) {
	item := casework.ServiceItem{Form: []casework.FormField{
		{Field: "name", Label: "姓名", Kind: "id-card", From: "name", Required: true},
		{Field: "former", Label: "曾用名", Kind: "household-register", From: "former_name"},
		{Field: "purpose", Label: "用途", Required: true},
	}}
	form := casework.Fill(item, []casework.Licence{
		{Kind: "household-register", Fields: []casework.FieldValue{{Field: "name", Value: "别人"}}},
		{Kind: "id-card", Fields: []casework.FieldValue{{Field: "name", Value: "演练"}}},
	})
	if len(form) != 3 || form[0].Value != "演练" || form[0].Source != "id-card" || form[1].Value != "" || form[2].Source != "" {
		t.Errorf("the form is %+v", form)
	}
	if missing := casework.Unfilled(item, form); len(missing) != 1 || missing[0] != "purpose" {
		t.Errorf("missing: %v", missing)
	}
}

func TestInkThatIsNoSignatureIsRefused(t *testing.T) {
	pad := casework.PadIdentity{MaxX: 10000, MaxY: 6000}
	line := func(n, step int) []casework.PenSample {
		var list []casework.PenSample
		for i := range n {
			list = append(list, casework.PenSample{X: 1000 + i*step, Y: 1000, Down: true})
		}
		return list
	}
	hover := line(100, 50)
	for i := range hover {
		hover[i].Down = false
	}
	for words, try := range map[string]struct {
		ink  casework.Ink
		want casework.RefusalKind
	}{
		"a stroke":            {casework.Ink{Pad: pad, Samples: line(20, 50)}, ""},
		"one short stroke":    {casework.Ink{Pad: pad, Samples: line(20, 30)}, casework.InkTooLittle},
		"two short strokes":   {casework.Ink{Pad: pad, Samples: append(append(line(20, 30), casework.PenSample{}), line(20, 30)...)}, ""},
		"two dots":            {casework.Ink{Pad: pad, Samples: append(append(line(20, 1), casework.PenSample{}), line(20, 1)...)}, casework.InkTooLittle},
		"a pad without size":  {casework.Ink{Samples: line(20, 0)}, casework.InkTooLittle},
		"a dot":               {casework.Ink{Pad: pad, Samples: line(200, 0)}, casework.InkTooLittle},
		"a few points":        {casework.Ink{Pad: pad, Samples: line(3, 500)}, casework.InkTooLittle},
		"nothing":             {casework.Ink{Pad: pad}, casework.InkTooLittle},
		"a pen that hovers":   {casework.Ink{Pad: pad, Samples: hover}, casework.InkTooLittle},
		"a stroke with a gap": {casework.Ink{Pad: pad, Samples: line(20, 50), Lost: 1}, casework.InkIncomplete},
	} {
		if err := try.ink.Check(); casework.KindOf(err) != try.want {
			t.Errorf("%s: want %q, got %v", words, try.want, err)
		}
	}
}

func TestRefusalsAreComparedByTheirKind(t *testing.T) {
	err := errors.Join(errors.New("other"), casework.Refuse(casework.CodeUsed, "detail"))
	if !errors.Is(err, casework.Refuse(casework.CodeUsed, "")) || errors.Is(err, casework.Refuse(casework.CodeExpired, "")) {
		t.Error("kinds are not what is compared")
	}
	if casework.KindOf(err) != casework.CodeUsed || casework.KindOf(nil) != "" || casework.KindOf(errors.New("x")) != "" {
		t.Error("KindOf does not find the kind")
	}
}
