package hall

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"counterfoil/app/centre/chain"
)

// Founding returns the genesis document of a ledger of these halls. The same
// cards give the same bytes on every hall's machine, in whatever order.
func Founding(id string, at time.Time, authority Authority, cards []Card) ([]byte, error) {
	if !word.MatchString(id) {
		return nil, errors.New("a ledger is named by letters, digits, hyphens and underscores, 50 at most")
	}
	f := chain.Founding{Chain: id, Time: at, Authority: authority.Key}
	for _, c := range cards {
		if err := c.check(); err != nil {
			return nil, err
		}
		f.Halls = append(f.Halls, c.founding())
	}
	return f.Genesis()
}

// Found founds a ledger with the halls of these cards, the home's own among
// them, and makes the home one of it.
func (h *Home) Found(id string, at time.Time, authority Authority, cards []Card) ([]byte, error) {
	own := false
	var peers []string
	for _, c := range cards {
		if c.Hall != h.Settings.Hall {
			peers = append(peers, c.peer())
			continue
		}
		if !reflect.DeepEqual(c, h.Card(c.Power)) {
			return nil, fmt.Errorf("the card of %s is not this home's: its keys or its address are others", c.Hall)
		}
		own = true
	}
	if !own {
		return nil, fmt.Errorf("the card of %s, this home's own, is not among them", h.Settings.Hall)
	}
	genesis, err := Founding(id, at, authority, cards)
	if err != nil {
		return nil, err
	}
	return genesis, h.Enter(genesis, peers, nil)
}
