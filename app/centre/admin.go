package centre

import (
	"encoding/json"
	"net/http"

	"counterfoil/app/protocol"
)

// Enrolled is what an administrator gets for a counter: all that its settings
// need.
type Enrolled struct {
	Enrolment protocol.Enrolment            `json:"enrolment"`
	Chain     string                        `json:"chain"`
	Centre    string                        `json:"centre"`
	CentreKey protocol.PublicKey            `json:"centre_key"`
	Ledger    string                        `json:"ledger"`
	Trust     []byte                        `json:"trust"`
	Issuers   map[string]protocol.PublicKey `json:"issuers"`
}

// adminAPI serves the administrator of the machine, over a socket that only its
// owner may use. Counters have no path to it.
func (c *Centre) adminAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(http.MethodPost+" "+protocol.PathEnrolments, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		var e protocol.Enrolment
		err := read(r, &e)
		if err == nil {
			err = c.Enrol(r.Context(), e.Hall, e.Counter, e.Key)
		}
		if err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(c.enrolled(e))
	})
	return c.orProblem(mux)
}

func (c *Centre) enrolled(e protocol.Enrolment) Enrolled {
	return Enrolled{Enrolment: e, Chain: c.Chain(), Centre: c.CountersURL(), CentreKey: c.CountersKey(), Ledger: c.LedgerURL(),
		Trust: c.Trust(), Issuers: c.Issuers()}
}
