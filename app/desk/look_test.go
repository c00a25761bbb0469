package desk_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// TestALivePictureThatIsBadForASecondIsSaidUntilItIsGood: bad once is somebody who
// moves; what is said goes with the picture's next good one, and with the stage.
func TestALivePictureThatIsBadForASecondIsSaidUntilItIsGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var found []casework.PictureWarning
		judged := 0
		see := func(list ...casework.PictureWarning) {
			mu.Lock()
			defer mu.Unlock()
			found = list
		}
		h := newHall(t, func(o *desk.Options) {
			o.Judge = func([]byte, casework.PhotoOf) []casework.PictureWarning {
				mu.Lock()
				defer mu.Unlock()
				judged++
				return slices.Clone(found)
			}
		})
		defer func() { h.stop() }()
		says := func(after time.Duration, want ...casework.PictureWarning) {
			t.Helper()
			<-time.After(after)
			synctest.Wait()
			h.run([]string{"expect", "stage", "photo"})
			if got := h.last.Picture; !slices.Equal(got, want) {
				t.Errorf("it says %v, want %v", got, want)
			}
		}
		h.run([]string{"open", "SAMPLE-0002"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"tap", "agree"})
		see(casework.PictureBlurred)
		says(1100 * time.Millisecond)
		see(casework.PictureTooDark)
		says(time.Second) // another word than a second ago
		see(casework.PictureTooDark, casework.PictureBlurred)
		says(time.Second, casework.PictureTooDark)
		see()
		says(time.Second)
		if judged > 6 {
			t.Errorf("%d pictures are judged in four seconds", judged)
		}
		see(casework.PictureBlank)
		says(3*time.Second, casework.PictureBlank)
		h.run([]string{"photo"})
		if len(h.last.Picture) > 0 {
			t.Errorf("behind the photo it says %v", h.last.Picture)
		}
	})
}
