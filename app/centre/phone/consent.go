package phone

import (
	"net/http"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

func (h *handler) consent(r *http.Request, holder string) (any, error) {
	token := r.PathValue("token")
	info, err := h.Authorization.OpenOnPhone(r.Context(), holder, token)
	if err != nil {
		return nil, err
	}
	if info.Status != protocol.RequestWaiting && info.Status != protocol.RequestOpened {
		// Over: whoever finds the link later learns that, and nothing else.
		return protocol.Consent{Token: info.Token, Until: info.Until, Status: info.Status, Licences: []protocol.ConsentLicence{}, Missing: []string{}}, nil
	}
	return h.consentOf(holder, info), nil
}

// consentOf puts a request into words.
func (h *handler) consentOf(holder string, info authorization.RequestInfo) protocol.Consent {
	item, _ := h.Catalogue.Item(info.Item)
	c := protocol.Consent{Token: info.Token, Counter: string(info.Counter), Clerk: string(info.Clerk),
		Item: item.Name, ItemEN: item.NameEN, Basis: item.Basis, BasisEN: item.BasisEN, KeepDays: item.Keep,
		Licences: h.needs(info.Needs), MatchWords: info.MatchWords, Until: info.Until, GrantUntil: info.GrantUntil,
		Status: info.Status, Missing: []string{}, Entities: h.entitiesFor(holder, info.Needs)}
	if len(c.Entities) == 0 { // otherwise each entity says it of itself
		c.Missing = h.missing(authorization.Self(holder), info.Needs)
	}
	c.Hall, c.HallEN = h.hall(info.Hall)
	return c
}

// needs names kinds and fields.
func (h *handler) needs(needs []casework.LicenceNeed) []protocol.ConsentLicence {
	list := []protocol.ConsentLicence{}
	for _, n := range needs {
		info, _ := h.Catalogue.Kind(n.Kind)
		l := protocol.ConsentLicence{Name: info.Name, NameEN: info.NameEN, Fields: []string{}, EN: []string{}}
		for _, f := range n.Fields {
			field := fieldOf(info, f)
			if slices.Contains(n.Own, f) {
				l.Own = append(l.Own, protocol.ConsentField{FieldRef: casework.FieldRef{Kind: n.Kind, Field: f}, Name: field.Name, NameEN: field.NameEN,
					Optional: slices.Contains(n.Optional, f)})
				continue
			}
			if field.Question != nil {
				l.Questions, l.QuestionsEN = append(l.Questions, field.Name), append(l.QuestionsEN, field.NameEN)
				continue
			}
			l.Fields, l.EN = append(l.Fields, field.Name), append(l.EN, field.NameEN)
		}
		list = append(list, l)
	}
	return list
}

// fieldOf describes a field; one that the catalogue does not know goes by its id:
// never less on the screen than in the grant.
func fieldOf(info casework.KindInfo, f casework.FieldID) casework.FieldInfo {
	if field, ok := info.Find(f); ok {
		return field
	}
	return casework.FieldInfo{Name: string(f), NameEN: string(f)}
}

// missing names the kinds that neither the holder nor the entity holds.
func (h *handler) missing(who authorization.Party, needs []casework.LicenceNeed) []string {
	list := []string{}
	for _, n := range needs {
		if !h.holds(who, n.Kind) {
			info, _ := h.Catalogue.Kind(n.Kind)
			list = append(list, info.Name)
		}
	}
	return list
}

// hall returns a hall's names; its id where the catalogue does not know it.
func (h *handler) hall(id casework.HallID) (name, english string) {
	if hall, ok := h.Catalogue.Hall(id); ok {
		return hall.Name, hall.NameEN
	}
	return string(id), string(id)
}

// answer agrees, which needs the password and every licence that is asked, or
// refuses, which needs neither.
func (h *handler) answer(r *http.Request, holder string) (any, error) {
	var in protocol.Answer
	if err := read(r, &in); err != nil {
		return nil, err
	}
	token, who := r.PathValue("token"), authorization.Self(holder)
	if in.Agree {
		if err := h.Identity.CheckPassword(r.Context(), holder, in.PIN); err != nil {
			return nil, err
		}
		info, err := h.Authorization.OpenOnPhone(r.Context(), holder, token)
		if err != nil {
			return nil, err
		}
		if who, err = h.answering(holder, in.Entity, info.Needs); err != nil {
			return nil, err
		}
		if len(h.missing(who, info.Needs)) > 0 {
			return nil, casework.Refuse(casework.LicenceNotHeld, "")
		}
	}
	return nil, h.Authorization.Answer(r.Context(), who, token, in.Agree, in.Report && !in.Agree, in.Own...)
}
