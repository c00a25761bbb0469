package journal

import (
	"fmt"
	"testing"
)

func TestLinksComeBackInTheOrderOfTheirHeights(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	for _, height := range []int64{1 << 40, 7, 90, 7} {
		must(t, j.KeepLink(t.Context(), height, linkFor(height)))
	}
	must(t, j.Close())
	j = openAt(t, o)
	wantLinks(t, j, "[link at 7 link at 90 link at 1099511627776]")
	must(t, j.KeepLink(t.Context(), 90, []byte("fetched again"))) // in the place of a damaged one
	wantLinks(t, j, "[link at 7 fetched again link at 1099511627776]")
}

func wantLinks(t *testing.T, j *Journal, want string) {
	t.Helper()
	if got, err := j.Links(t.Context()); err != nil || fmt.Sprintf("%s", got) != want {
		t.Fatalf("links %s, want %s, %v", got, want, err)
	}
}
