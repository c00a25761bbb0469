package desk

import (
	"slices"
	"time"

	"counterfoil/app/casework"
)

// lookAgain is how often a live picture is judged: it costs as much as some frames.
const lookAgain = time.Second

// look judges live pictures, of one use of the camera.
type look struct {
	d      *Desk
	camera *cameraSide
	of     casework.PhotoOf
	stills chan still // tells the use from another one
	tried  bool       // the use is a test
	next   time.Time
	last   []casework.PictureWarning
	said   []casework.PictureWarning
}

// at judges a picture now and then, and says what is wrong with two in a row: who
// sits down and who moves is blurred for a moment, and needs no word.
func (l *look) at(jpeg []byte) {
	now := l.d.opt.Now()
	if l.tried {
		l.d.post(func() {
			if t := l.d.trial; t != nil && l.camera.stills == l.stills {
				t.saw(jpeg, now)
			}
		})
	}
	if l.d.opt.Judge == nil || now.Before(l.next) {
		return
	}
	l.next = now.Add(lookAgain)
	found := l.d.opt.Judge(jpeg, l.of)
	both := slices.DeleteFunc(slices.Clone(found), func(w casework.PictureWarning) bool { return !slices.Contains(l.last, w) })
	if l.last = found; slices.Equal(both, l.said) {
		return
	}
	l.said = both
	l.d.post(func() {
		if l.camera.stills == l.stills {
			l.camera.warns = both
		}
	})
}
