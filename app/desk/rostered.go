package desk

import "counterfoil/app/casework"

// lockedByRoster is the operator log's word for a lock by the hall.
const lockedByRoster = "roster"

// lookRoster goes by the roster in force in what it says of whoever is signed in.
// Whom the hall lets work no more is locked out at once, and so is who may not serve
// any longer: the case waits as at any lock, and the screen says why. Another role
// that still serves, or never did, holds from now on.
//
// A roster that grew too old, or none, takes nobody's place away: nobody could take
// over from them.
func (d *Desk) lookRoster() {
	k := &d.keeper
	if d.opt.Staff == nil || k.clerk.Number == "" {
		return
	}
	c, err := d.opt.Staff.Person(k.clerk.Number)
	if err == nil && k.clerk.Role.May(casework.Serve) && !c.Role.May(casework.Serve) {
		err = casework.Refuse(casework.RoleNotEnough, string(casework.Serve))
	}
	switch kind := casework.KindOf(err); {
	case kind == casework.ClerkSuspended || kind == casework.RoleNotEnough:
		if !k.locked {
			d.lock(lockedByRoster)
		}
		_ = d.said(err)
		k.roster = d.problem
	case err == nil:
		k.clerk = c
		d.unsay()
	}
}

// unsay takes back what lookRoster said, once the hall lets the person work again.
func (d *Desk) unsay() {
	if p := d.keeper.roster; p != nil && d.problem == p {
		d.problem = nil
	}
	d.keeper.roster = nil
}

// takesOver reports whether what waits at a closed counter can be handed to a
// number: somebody else's, and, where a roster is in force, that of a person who
// works and whose role takes over.
func (d *Desk) takesOver(number string) bool {
	if !isNumber(number) || number == d.keeper.clerk.Number {
		return false
	}
	if d.opt.Staff == nil {
		return true
	}
	c, err := d.opt.Staff.Person(number)
	switch casework.KindOf(err) {
	case casework.RosterMissing, casework.RosterOld:
		return true // a counter must close all the same
	}
	return err == nil && c.Role.May(casework.HandOver)
}
