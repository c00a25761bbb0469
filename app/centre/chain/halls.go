package chain

import (
	"encoding/hex"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// validatorPath is where it stands whose a validator's key is: a key belongs to
// one hall for ever, so that nobody can vote in another's name.
const validatorPath = "/validator/"

// wordsPath is where the agreement to one exact change stands; the newest of a
// hall is at protocol.LedgerProposal, too, for people to look at.
const wordsPath = "/words/"

// claim notes whose the validator key of a record is.
func claim(l *layer, to protocol.HallState, hall string) error {
	if len(to.Validator) == 0 {
		return nil
	}
	return l.save(validatorPath+hex.EncodeToString(to.Validator), hall)
}

// halls returns every hall's record, in the order in which they joined.
func halls(r reader) (names []string, records []protocol.HallState, err error) {
	if _, err := load(r, protocol.LedgerHalls, &names); err != nil {
		return nil, nil, err
	}
	records = make([]protocol.HallState, len(names))
	for i, name := range names {
		if _, err := load(r, protocol.LedgerHall+name, &records[i]); err != nil {
			return nil, nil, err
		}
	}
	return names, records, nil
}

// officeOf returns the hall whose administrator has this key, "" when none has.
func officeOf(r reader, id protocol.KeyID) (string, protocol.HallState, error) {
	names, records, err := halls(r)
	if err != nil {
		return "", protocol.HallState{}, err
	}
	for i, h := range records {
		if h.Admin.ID() == id {
			return names[i], h, nil
		}
	}
	return "", protocol.HallState{}, nil
}

// setHall changes a hall's record, or notes that one more hall agrees. by is the
// hall whose administrator signed.
func setHall(l *layer, s protocol.Statement, by string) error {
	var now protocol.HallState
	known, err := load(l, protocol.LedgerHall+s.Hall, &now)
	if err != nil {
		return err
	}
	to := protocol.HallState{Admin: *s.Key, Validator: s.Validator, Power: s.Power, Node: s.Node, Changes: s.Changes + 1}
	switch {
	case s.Changes != now.Changes:
		return casework.Refuse(casework.WrongSequence, "the hall's record is not the one that this change builds on")
	case known && sameHall(now, to):
		return casework.Refuse(casework.AlreadyDone, "the hall's record says this already")
	}
	if err := admissible(l, s.Hall, to); err != nil {
		return err
	}
	if own := known && by == s.Hall && (to.Power == now.Power || to.Power == 0); !own {
		if enough, err := agree(l, s.Hall, to, by); !enough || err != nil {
			return err
		}
	}
	if !known {
		var names []string
		if _, err := load(l, protocol.LedgerHalls, &names); err != nil {
			return err
		}
		if err := l.save(protocol.LedgerHalls, append(names, s.Hall)); err != nil {
			return err
		}
	}
	if err := claim(l, to, s.Hall); err != nil {
		return err
	}
	return l.save(protocol.LedgerHall+s.Hall, to)
}

func sameHall(a, b protocol.HallState) bool {
	return a.Admin.ID() == b.Admin.ID() && slices.Equal(a.Validator, b.Validator) && a.Power == b.Power && slices.Equal(a.Node, b.Node)
}

// admissible refuses a record that would break the ledger: one key in two
// offices, another hall's validator, or nobody left who makes blocks.
func admissible(l *layer, hall string, to protocol.HallState) error {
	var authority protocol.PublicKey
	if _, err := load(l, protocol.LedgerAuthority, &authority); err != nil {
		return err
	}
	office, _, err := officeOf(l, to.Admin.ID())
	if err != nil {
		return err
	}
	counters, err := ofCounter(l, to.Admin.ID())
	if err != nil {
		return err
	}
	if authority.ID() == to.Admin.ID() || office != "" && office != hall || counters {
		return casework.Refuse(casework.KeyNotEntitled, "one key may not have two offices")
	}
	var owner string
	if _, err := load(l, validatorPath+hex.EncodeToString(to.Validator), &owner); err != nil {
		return err
	}
	if owner != "" && owner != hall {
		return casework.Refuse(casework.KeyNotEntitled, "the validator's key is another hall's")
	}
	names, records, err := halls(l)
	if err != nil {
		return err
	}
	power := to.Power
	for i, h := range records {
		if names[i] != hall {
			power += h.Power
		}
	}
	if power == 0 {
		return casework.Refuse(casework.ForbiddenStep, "the last validator may not leave")
	}
	return nil
}

// agree notes that the hall by wants this change, and reports whether halls with
// more than two thirds of the voting power do: as many as it takes to make a
// block, so an agreement is worth as much as the ledger itself.
func agree(l *layer, hall string, to protocol.HallState, by string) (bool, error) {
	words, err := protocol.Marshal(to)
	if err != nil {
		return false, err
	}
	path := wordsPath + hall + "/" + protocol.DigestOf(words).String()
	var p protocol.Proposal
	if _, err := load(l, path, &p); err != nil {
		return false, err
	}
	if slices.Contains(p.Agreed, by) {
		return false, casework.Refuse(casework.AlreadyDone, "the hall has agreed to this already")
	}
	p = protocol.Proposal{To: to, Agreed: append(p.Agreed, by)}
	if err := l.save(path, p); err != nil {
		return false, err
	}
	if err := l.save(protocol.LedgerProposal+hall, p); err != nil {
		return false, err
	}
	names, records, err := halls(l)
	if err != nil {
		return false, err
	}
	var agreed, all int64
	for i, h := range records {
		all += h.Power
		if slices.Contains(p.Agreed, names[i]) {
			agreed += h.Power
		}
	}
	return 3*agreed > 2*all, nil
}
