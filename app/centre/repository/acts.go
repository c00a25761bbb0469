package repository

import (
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Entities lists the entities that a person acts for, or acted for, in the order
// of the register, with the licences of those where the role stands today.
func (r *Repository) Entities(holder string) []protocol.ActsFor {
	var list []protocol.ActsFor
	for _, e := range r.current().register.Entities {
		i := slices.IndexFunc(e.Agents, func(a agent) bool { return a.Person == holder })
		if i < 0 {
			continue
		}
		one := protocol.ActsFor{ID: e.ID, Name: e.Name, Role: e.Agents[i].Role, Ended: e.Agents[i].ended(r.o.Now()), Licences: []protocol.HeldLicence{}}
		if !e.Agents[i].Until.IsZero() {
			one.Until = e.Agents[i].Until.Format(time.DateOnly)
		}
		if !one.Ended {
			one.Licences = r.Held(e.ID)
		}
		list = append(list, one)
	}
	return list
}

// Acts returns in which role the person acts for the entity today, and refuses
// with RoleEnded where that is no longer so, or never was.
func (r *Repository) Acts(holder, entity string) (casework.Acting, error) {
	c := r.current()
	for _, e := range c.register.Entities {
		for _, a := range e.Agents {
			if e.ID == entity && a.Person == holder && !a.ended(r.o.Now()) {
				return casework.Acting{Role: a.Role, Name: c.register.person(holder).Name, For: e.Name}, nil
			}
		}
	}
	return casework.Acting{}, casework.Refuse(casework.RoleEnded, "the holder does not act for the entity")
}

// ended reports whether the day of now lies after the last one.
func (a agent) ended(now time.Time) bool {
	return !a.Until.IsZero() && !now.Before(a.Until.AddDate(0, 0, 1))
}
