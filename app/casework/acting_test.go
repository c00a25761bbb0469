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
