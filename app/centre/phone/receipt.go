package phone

import (
	"net/http"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Receipt is what the QR of the pad's last screen leads to. Item and Needs are
// empty for everybody but the holder.
type Receipt struct {
	Case    casework.CaseID
	Hall    casework.HallID
	Counter casework.CounterID
	Time    time.Time // the ledger's, of the last entry
	Height  int64     // of the last entry; 0 while it is not on the ledger
	Digest  casework.Digest
	Item    casework.ItemCode
	Needs   []casework.LicenceNeed // what was read
}

// shownReceipt is a Receipt in words.
type shownReceipt struct {
	Case    casework.CaseID           `json:"case"`
	Hall    string                    `json:"hall"`
	HallEN  string                    `json:"hall_en"`
	Counter casework.CounterID        `json:"counter"`
	Item    string                    `json:"item"`
	ItemEN  string                    `json:"item_en"`
	Time    time.Time                 `json:"time"`
	Read    []protocol.ConsentLicence `json:"read"`
	Height  int64                     `json:"height"`
	Digest  casework.Digest           `json:"digest"`
}

func (h *handler) receipt(_ http.ResponseWriter, r *http.Request) (any, error) {
	unknown := casework.Refuse(casework.WrongReceipt, "not known here")
	if h.Receipt == nil {
		return nil, unknown
	}
	who, err := h.session(r)
	if err != nil {
		return nil, err
	}
	found, ok := h.Receipt(r.Context(), who.holder, r.PathValue("token"))
	if !ok {
		return nil, unknown
	}
	item, _ := h.Catalogue.Item(found.Item)
	s := shownReceipt{Case: found.Case, Counter: found.Counter, Item: item.Name, ItemEN: item.NameEN, Time: found.Time,
		Read: h.needs(found.Needs), Height: found.Height, Digest: found.Digest}
	s.Hall, s.HallEN = h.hall(found.Hall)
	return s, nil
}
