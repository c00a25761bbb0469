package scanner

import (
	"strings"
	"testing"

	"counterfoil/app/casework"
)

const phone = "https://centre.example/c"

func TestWhatWasReadIsToldApart(t *testing.T) {
	for text, want := range map[string]struct {
		scan Scan
		kind casework.RefusalKind
	}{
		"12345678":                             {Scan{Code, "12345678"}, ""},
		"\x0212345678\x03\r\n":                 {Scan{Code, "12345678"}, ""},
		"]Q112345678":                          {Scan{Code, "12345678"}, ""},
		"https://centre.example/c/abc?t=1#x":   {Scan{Link, "https://centre.example/c/abc?t=1#x"}, ""},
		"HTTPS://CENTRE.example/c#token":       {Scan{Link, "HTTPS://CENTRE.example/c#token"}, ""},
		"https://centre.example/cc/abc":        {Scan{}, casework.NotIssuedHere},
		"http://centre.example/c/abc":          {Scan{}, casework.NotIssuedHere},
		"https://centre.example.evil/c/abc":    {Scan{}, casework.NotIssuedHere},
		"https://centre.example@evil.test/c/a": {Scan{}, casework.NotIssuedHere},
		"https://centre.example/c/../pay":      {Scan{}, casework.NotIssuedHere},
		"https://centre.example/c/%2e%2e/pay":  {Scan{}, casework.NotIssuedHere},
		"weixin://pay/1":                       {Scan{}, casework.NotIssuedHere},
		"ABC-1234":                             {Scan{}, casework.NotIssuedHere},
		"6901234567892":                        {Scan{}, casework.CodeMalformed},
		"1234\x1d5678":                         {Scan{}, casework.CodeMalformed},
		"１２３４５６７８":                             {Scan{}, casework.CodeMalformed},
		"\xff12345678":                         {Scan{}, casework.CodeMalformed},
		"":                                     {Scan{}, casework.CodeMalformed},
		"https://centre.example/c/" + strings.Repeat("a", 600): {Scan{}, casework.CodeMalformed},
	} {
		got, err := Classify(text, phone)
		if got != want.scan || casework.KindOf(err) != want.kind {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := Classify("https://centre.example/c/abc", ""); casework.KindOf(err) != casework.NotIssuedHere {
		t.Errorf("without an address of ours: %v", err)
	}
}

func TestALinkOfOursGivesTheCodeThatItCarriesAndNoOther(t *testing.T) {
	for text, want := range map[string]struct {
		code string
		kind casework.RefusalKind
	}{
		"12345678":                           {"12345678", ""},
		"https://centre.example/c/#12345678": {"12345678", ""},
		"https://centre.example/c#12345678":  {"12345678", ""},
		"https://centre.example/c/#1234567":  {"", casework.LinkForPhone},
		"https://centre.example/c/#code":     {"", casework.LinkForPhone},
		"https://centre.example/c/r/abc":     {"", casework.LinkForPhone},
		"https://evil.example/c/#12345678":   {"", casework.NotIssuedHere},
		"123456789":                          {"", casework.CodeMalformed},
	} {
		if got, err := CodeIn(text, phone); got != want.code || casework.KindOf(err) != want.kind {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add("12345678")
	f.Add("]Q1" + phone + "/abc")
	f.Add("\x02\x1d")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Classify(text, phone)
		switch {
		case err != nil && text != "" && len(text) > 3 && strings.Contains(err.Error(), text):
			t.Fatal("what was read is in the error")
		case err != nil:
		case s.Kind == Code && (len(s.Text) != 8 || !digits(s.Text)):
			t.Fatalf("%q", s.Text)
		case s.Kind == Link && !strings.HasPrefix(strings.ToLower(s.Text), phone):
			t.Fatalf("%q", s.Text)
		}
	})
}
