package receipt

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// ErrSet says that a header names a set of validators that is not known for its
// height: a link may be missing, or the header is a stranger's.
var ErrSet = errors.New("the block names another set of validators than the one that counts at its height")

// ErrFork says that more than two thirds of the power signed a block at the
// height of a link, and that it is another block than the link's.
var ErrFork = errors.New("the block is well signed, but another one at this height is known")

// Verifier verifies by the sets of validators that a trust leads to. It never
// changes and may be used by many goroutines; the trust that it was made from
// must not be changed either.
//
// Each set counts for its own heights only: the first up to and with the first
// link's, each later one from behind its link up to and with the next one, the
// last one with no end. What the keys of a set are worth ends with its link.
type Verifier struct {
	trust Trust
	sets  []set // one more than there are links: sets[i] ends with the i-th link
}

// Trust returns what is trusted, with every link that was followed.
func (v *Verifier) Trust() Trust {
	t := v.trust
	t.Links = slices.Clone(t.Links)
	return t
}

// at returns which set counts at a height.
func (v *Verifier) at(height int64) int {
	i, _ := slices.BinarySearchFunc(v.trust.Links, height, func(l Link, h int64) int { return cmp.Compare(l.Header.Height, h) })
	return i
}

// Extend returns a verifier that follows more links, or why one of them leads
// nowhere; v stays as it is. They may come in any order and may lie between known
// ones: then everything behind them is verified again. A good link whose block
// is known already adds nothing.
func (v *Verifier) Extend(links ...Link) (*Verifier, error) {
	if len(links) == 0 {
		return v, nil
	}
	byHeight := func(a, b Link) int { return cmp.Compare(a.Header.Height, b.Header.Height) }
	links = slices.SortedStableFunc(slices.Values(links), byHeight)
	kept := v.at(links[0].Header.Height)
	links = append(slices.Clone(v.trust.Links[kept:]), links...)
	slices.SortStableFunc(links, byHeight)
	next := &Verifier{trust: v.trust, sets: slices.Clone(v.sets[:kept+1])}
	next.trust.Links = slices.Clone(v.trust.Links[:kept])
	for _, l := range links {
		if err := next.follow(l); err != nil {
			return nil, err
		}
	}
	if len(next.sets) == len(v.sets) {
		return v, nil
	}
	return next, nil
}

// follow takes one more link behind the last one. While links are merged, it
// changes a verifier that nobody else has yet.
func (v *Verifier) follow(l Link) error {
	if _, err := v.Header(l.Sealed); err != nil {
		return err
	}
	later, err := newSet(l.Validators)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(later.hash[:], l.Header.NextValidatorsHash):
		return errors.New("the link's validators are not those that its block names")
	case v.at(l.Header.Height) < len(v.trust.Links): // Header has seen that it is the same block
		return nil
	case later.hash == v.sets[len(v.sets)-1].hash:
		return errors.New("the link leads to the very set that signed it")
	case len(v.trust.Links) == MaxLinks:
		return errors.New("there are too many links")
	}
	v.trust.Links, v.sets = append(v.trust.Links, l), append(v.sets, later)
	return nil
}
