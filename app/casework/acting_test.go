package casework_test

import (
	"strings"
	"testing"

	"counterfoil/app/casework"
)

func TestWhoActsIsSaidWhole(t *testing.T) {
	whole := casework.Acting{Role: casework.Relative, Name: "李小芳", Number: "11010519491231002X", For: "李广源", Basis: "委托书 2026-11-20"}
	if err := whole.Check(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		what string
		do   func(*casework.Acting)
		want casework.RefusalKind
	}{
		{"a role that is none", func(a *casework.Acting) { a.Role = "friend" }, casework.Malformed},
		{"no name", func(a *casework.Acting) { a.Name = " " }, casework.Malformed},
		{"nobody acted for", func(a *casework.Acting) { a.For = "" }, casework.Malformed},
		{"a text without end", func(a *casework.Acting) { a.Basis = strings.Repeat("书", 200) }, casework.Malformed},
		{"a number with a wrong check character", func(a *casework.Acting) { a.Number = "110105194912310021" }, casework.IdentifierCheck},
	}
	for _, c := range cases {
		a := whole
		c.do(&a)
		if got := casework.KindOf(a.Check()); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	for _, r := range casework.Roles() {
		if a := (casework.Acting{Role: r, Name: "甲", For: "乙"}); a.Check() != nil {
			t.Errorf("%s: %v", r, a.Check())
		}
	}
}

func TestALicenceFitsWhoActs(t *testing.T) {
	company := casework.KindInfo{Kind: "company", Entity: true, Holder: "name", Representative: "head"}
	card := casework.KindInfo{Kind: "card", Holder: "name"}
	licence := func(fields ...string) casework.Licence {
		var l casework.Licence
		for i := 0; i < len(fields); i += 2 {
			l.Fields = append(l.Fields, casework.FieldValue{Field: casework.FieldID(fields[i]), Value: fields[i+1]})
		}
		return l
	}
	head := casework.Acting{Role: casework.LegalRepresentative, Name: "甲", For: "示例公司"}
	agent := casework.Acting{Role: casework.Entrusted, Name: "乙", For: "示例公司"}
	relative := casework.Acting{Role: casework.Relative, Name: "乙", For: "丙"}
	for _, c := range []struct {
		what string
		who  casework.Acting
		of   casework.KindInfo
		l    casework.Licence
		fits bool
	}{
		{"the representative", head, company, licence("name", "示例公司", "head", "甲"), true},
		{"another representative", head, company, licence("name", "示例公司", "head", "乙"), false},
		{"an agent, whoever represents", agent, company, licence("name", "示例公司", "head", "甲"), true},
		{"another company", agent, company, licence("name", "别的公司"), false},
		{"their own card", agent, card, licence("name", "乙 "), true},
		{"another's card", agent, card, licence("name", "甲"), false},
		{"a card that does not say the name", agent, card, licence("sex", "男"), true},
		{"a card of the citizen whom a relative acts for", relative, card, licence("name", "丙"), true},
	} {
		if err := c.who.Fits(c.l, c.of); (err == nil) != c.fits || err != nil && casework.KindOf(err) != casework.ActingMismatch {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestWhatAClerkNotesOfWhoActsIsWhole(t *testing.T) {
	relative := casework.Acting{Role: casework.Relative, Name: casework.AsShown, Number: "11010519491231002X", For: casework.AsShown, Basis: casework.AsShown}
	entrusted := relative
	entrusted.Role = casework.Entrusted
	head := casework.Acting{Role: casework.LegalRepresentative, Name: "甲", Number: casework.AsShown, For: "乙公司"}
	for words, row := range map[string]struct {
		a    casework.Acting
		whom casework.Audience
		want casework.RefusalKind
	}{
		"a relative for a person":               {relative, casework.Personal, ""},
		"a relative for an entity":              {relative, casework.LegalEntity, casework.RoleUnfit},
		"an entrusted person for an entity":     {entrusted, casework.LegalEntity, ""},
		"an entrusted person for a person":      {entrusted, casework.Personal, casework.RoleUnfit},
		"a legal representative acts by law":    {head, casework.LegalEntity, ""},
		"without a number":                      {with(relative, func(a *casework.Acting) { a.Number = "" }), casework.Personal, casework.ActingMissing},
		"without what it stands on":             {with(relative, func(a *casework.Acting) { a.Basis = " " }), casework.Personal, casework.ActingMissing},
		"a guardian shows the register":         {with(relative, func(a *casework.Acting) { a.Role = casework.Guardian }), casework.Personal, ""},
		"a number with a wrong check character": {with(relative, func(a *casework.Acting) { a.Number = "110105194912310021" }), casework.Personal, casework.NumberWrong},
	} {
		if got := casework.KindOf(row.a.Noted(row.whom)); got != row.want {
			t.Errorf("%s: %q, want %q", words, got, row.want)
		}
	}
}

func with(a casework.Acting, change func(*casework.Acting)) casework.Acting {
	change(&a)
	return a
}
