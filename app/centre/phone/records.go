package phone

import (
	"net/http"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

func (h *handler) records(r *http.Request, holder string) (any, error) {
	found, err := h.Authorization.Records(r.Context(), holder)
	if err != nil {
		return nil, err
	}
	list := make([]protocol.UseRecord, 0, len(found))
	for _, one := range found {
		list = append(list, h.useRecord(one))
	}
	return list, nil
}

// useRecord puts a record into words.
func (h *handler) useRecord(one authorization.Record) protocol.UseRecord {
	item, _ := h.Catalogue.Item(one.Item)
	u := protocol.UseRecord{Grant: one.Grant, Time: one.Time, What: string(one.What), Counter: string(one.Counter),
		Item: item.Name, ItemEN: item.NameEN, Kinds: []string{}, KindsEN: []string{}, Method: one.Method,
		Until: one.Until, Live: one.Live, Height: one.Height, Unknown: one.Unknown, Acting: one.Acting, Reason: one.Reason}
	u.Hall, u.HallEN = h.hall(one.Hall)
	if !one.Entry.IsZero() {
		u.Entry = one.Entry.String()
	}
	for _, k := range one.Kinds {
		info, _ := h.Catalogue.Kind(k)
		u.Kinds, u.KindsEN = append(u.Kinds, info.Name), append(u.KindsEN, info.NameEN)
	}
	return u
}

func (h *handler) revoke(r *http.Request, holder string) (any, error) {
	return nil, h.Authorization.Revoke(r.Context(), holder, casework.GrantID(r.PathValue("id")))
}
