package phone

import (
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

// party is the holder, for themselves where entity is empty. RoleEnded: the holder
// does not act for it.
func (h *handler) party(holder, entity string) (authorization.Party, error) {
	who := authorization.Self(holder)
	if entity == "" {
		return who, nil
	}
	acting, err := h.Repository.Acts(holder, entity)
	who.Entity, who.Acting = entity, &acting
	return who, err
}

// answering is who agrees to a request: where it needs an entity's licence, for
// the entity that was chosen, or for the only one that the holder acts for.
func (h *handler) answering(holder, entity string, needs []casework.LicenceNeed) (authorization.Party, error) {
	if !casework.ForEntity(needs, h.Catalogue.Kind) {
		return authorization.Self(holder), nil
	}
	if entity == "" {
		all := h.Repository.Entities(holder)
		standing := slices.DeleteFunc(slices.Clone(all), func(a protocol.ActsFor) bool { return a.Ended })
		switch {
		case len(standing) == 1:
			entity = standing[0].ID
		case len(standing) > 1:
			return authorization.Party{}, casework.Refuse(casework.Malformed, "the entity is not chosen")
		case len(all) > 0:
			return authorization.Party{}, casework.Refuse(casework.RoleEnded, "")
		default:
			return authorization.Party{}, casework.Refuse(casework.LicenceNotHeld, "")
		}
	}
	return h.party(holder, entity)
}

// entitiesFor lists for whom a request that needs an entity's licence can be
// answered; nothing for any other request.
func (h *handler) entitiesFor(holder string, needs []casework.LicenceNeed) []protocol.ConsentEntity {
	if !casework.ForEntity(needs, h.Catalogue.Kind) {
		return nil
	}
	var list []protocol.ConsentEntity
	for _, e := range h.Repository.Entities(holder) {
		one := protocol.ConsentEntity{ID: e.ID, Name: e.Name, Role: e.Role, Until: e.Until, Ended: e.Ended, Missing: []string{}}
		if !e.Ended {
			one.Missing = h.missing(authorization.Party{Holder: holder, Entity: e.ID}, needs)
		}
		list = append(list, one)
	}
	return list
}
