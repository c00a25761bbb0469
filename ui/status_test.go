package ui

import (
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
)

func TestANodeThatLiedIsNamedWhereThereIsRoom(t *testing.T) {
	b := newBench(t, trueFonts)
	samples := everything(b.items, b.w.opt.Catalogue)
	for _, language := range []string{"zh-CN", "en"} {
		b.w.set(language, look.Light, 1)
		seen := map[string]string{}
		for name, s := range samples {
			rest, ok := strings.CutPrefix(name, "idle-liar-")
			if !ok {
				continue
			}
			b.show(s)
			words := b.w.status.ledger.Words()
			if !strings.Contains(words, "ledger…gov.cn:26657") {
				t.Errorf("%s: %q does not name the node", rest, words)
			}
			if other := seen[words]; other != "" {
				t.Errorf("%s and %s both say %q", rest, other, words)
			}
			seen[words] = rest
			if color, _ := b.w.status.ledgerLine(b.w, s); (color == kit.Failed) != (s.Ledger.State == desk.Failed) {
				t.Errorf("%s: the colour is %s", rest, color)
			}
			if need := b.w.status.object.MinSize().Width; need > 1280 {
				t.Errorf("%s, %s: the line needs %v", rest, language, need)
			}
		}
		if len(seen) != 9 {
			t.Errorf("%d lines", len(seen))
		}
	}
}

func TestOfANodesAddressOnlyWhatIsLongIsLeftOut(t *testing.T) {
	for address, want := range map[string]string{
		"http://10.0.0.3:26657":                     "10.0.0.3:26657",
		"https://192.168.100.200:26657/":            "192.168.100.200:26657",
		"https://ledger.shunyi.example.gov.cn:2665": "ledger….gov.cn:2665",
		"": "",
	} {
		if got := elided(address); got != want {
			t.Errorf("%s is shown as %s", address, got)
		}
	}
}

func TestTheSettingsPageSaysHowTheScannerIs(t *testing.T) {
	line := func(b *bench) string {
		for _, l := range b.w.connections() {
			if l[0] == b.w.t("ui.scanner") {
				return l[1]
			}
		}
		return ""
	}
	b := newBench(t, func(o *Options) { o.Scanner = true })
	if got := line(b); got != b.w.t("ui.scanner.window") {
		t.Errorf("of one that types: %q", got)
	}
	b.w.opt.Scanner = false
	if got := line(b); got != "" {
		t.Errorf("without one: %q", got)
	}
	s := sampleBase(desk.StageIdle)
	s.Scanner = desk.Light{State: desk.Good, Name: "/dev/ttyACM0"}
	b.show(s)
	if got := line(b); !strings.Contains(got, "/dev/ttyACM0") {
		t.Errorf("of a good one: %q", got)
	}
	s.Scanner = desk.Light{State: desk.Failed, Reason: casework.ScannerDenied}
	b.show(s)
	if got := line(b); !strings.Contains(got, "dialout") {
		t.Errorf("of one that may not be opened: %q", got)
	}
}
