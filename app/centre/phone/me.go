package phone

import (
	"net/http"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

// maxItems bounds the answer of a search.
const maxItems = 20

// holders lists whom one can be, in practice alone: elsewhere nobody is told who
// holds licences.
func (h *handler) holders(http.ResponseWriter, *http.Request) (any, error) {
	if !h.Practice {
		return nil, casework.Refuse(casework.KeyNotEntitled, "this is no practice")
	}
	return h.Repository.Holders(), nil
}

func (h *handler) me(r *http.Request, s session) (any, error) {
	who, ok := h.Repository.Holder(s.holder)
	if !ok {
		return nil, casework.Refuse(casework.SignInNeeded, "")
	}
	state, err := h.Identity.State(r.Context(), s.holder)
	if err != nil {
		return nil, err
	}
	return protocol.Me{Holder: who, Licences: h.Repository.Held(s.holder), Entities: h.entities(s.holder), Halls: h.halls(), Practice: h.Practice,
		Passkey: idText(s.passkey), Password: state.Password}, nil
}

// halls lists the halls of the catalogue, the own one first.
func (h *handler) halls() []protocol.PhoneHall {
	list := []protocol.PhoneHall{}
	for _, one := range h.Catalogue.Halls() {
		p := protocol.PhoneHall{ID: one.ID, Name: one.Name, EN: one.NameEN}
		if one.ID == h.Home {
			list = slices.Insert(list, 0, p)
			continue
		}
		list = append(list, p)
	}
	return list
}

func (h *handler) items(r *http.Request, _ string) (any, error) {
	list := []protocol.PhoneItem{}
	for _, item := range h.Catalogue.Search(r.URL.Query().Get("q"), maxItems) {
		p := protocol.PhoneItem{Code: item.Code, Name: item.Name, NameEN: item.NameEN}
		for _, n := range item.Needs {
			p.Kinds = append(p.Kinds, n.Kind)
		}
		list = append(list, p)
	}
	return list, nil
}

// entities is never null: the page goes through it.
func (h *handler) entities(holder string) []protocol.ActsFor {
	return append([]protocol.ActsFor{}, h.Repository.Entities(holder)...)
}

// holds reports whether holder, or the entity that they act for, has a licence of
// the kind.
func (h *handler) holds(who authorization.Party, kind casework.LicenceKind) bool {
	of := who.Holder
	if info, _ := h.Catalogue.Kind(kind); info.Entity {
		of = who.Entity
	}
	return slices.ContainsFunc(h.Repository.Held(of), func(l protocol.HeldLicence) bool { return l.Kind == kind })
}
