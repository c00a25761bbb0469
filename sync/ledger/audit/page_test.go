package audit_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"counterfoil/sync/ledger/audit"
)

var keep = flag.String("keep", "", "`folder` for the pages that the tests make, to be looked at")

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryFindingHasItsWords, in both languages, and the serious ones stand out.
func TestEveryFindingHasItsWords(t *testing.T) {
	kinds := []audit.FindingKind{audit.Broken, audit.UnknownToCounter, audit.MoreOnLedger, audit.NotOnLedger, audit.AuthorizedUnused, audit.RetrievedOpen, audit.RetrievedDropped, audit.BroughtLate}
	for _, language := range []string{"zh-CN", "en"} {
		for _, kind := range kinds {
			d := audit.Day{Day: "20261125", Findings: []audit.Finding{{Kind: kind}}}
			var page strings.Builder
			if err := d.Page(&page, language, ""); err != nil {
				t.Fatal(err)
			}
			if serious := strings.Contains(page.String(), `<td class="serious">`); serious != kind.Serious() || strings.Contains(page.String(), "<td></td>") {
				t.Errorf("%s, %s: no words, or the wrong weight", language, kind)
			}
		}
	}
}
