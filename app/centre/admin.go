package centre

import (
	"encoding/json"
	"net/http"
	"time"

	"counterfoil/app/casework"
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
	mux.HandleFunc(http.MethodPost+" "+protocol.PathHolderCodes, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		var who protocol.EnrolHolder
		var code protocol.HolderCode
		err := read(r, &who)
		if err == nil {
			code, err = c.EnrolHolder(r.Context(), who)
		}
		if err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(code)
	})
	mux.HandleFunc(http.MethodPost+" "+protocol.PathRegister, func(w http.ResponseWriter, r *http.Request) {
		if err := c.ReloadRegister(); err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc(http.MethodGet+" "+protocol.PathHandedOut, func(w http.ResponseWriter, r *http.Request) {
		list, err := c.handedOut(r)
		if err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	})
	mux.HandleFunc(http.MethodGet+" "+protocol.PathOdd, func(w http.ResponseWriter, r *http.Request) {
		list, err := c.auth.Odd(r.Context(), r.URL.Query().Get("all") == "1")
		if err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	})
	mux.HandleFunc(http.MethodPut+" "+protocol.PathOddAnswer, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		var in protocol.OddAnswer
		err := read(r, &in)
		if err == nil {
			err = c.auth.AnswerOdd(r.Context(), r.PathValue("id"), in.Answer)
		}
		if err != nil {
			writeProblem(w, c.o.Log, c.o.Now(), err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return c.orProblem(mux)
}

// maxSpan bounds the time that one question for retrievals is about: the answer
// is in memory, and the store serves nobody else meanwhile.
const maxSpan = 31 * 24 * time.Hour

func (c *Centre) handedOut(r *http.Request) ([]protocol.HandedOut, error) {
	q := r.URL.Query()
	from, err := time.Parse(time.RFC3339, q.Get("from"))
	until, err2 := time.Parse(time.RFC3339, q.Get("until"))
	if err != nil || err2 != nil || until.Sub(from) > maxSpan || q.Get("hall") == "" || q.Get("counter") == "" {
		return nil, casework.Refuse(casework.Malformed, "name hall, counter, from and until, at most 31 days apart")
	}
	return c.auth.HandedOut(r.Context(), casework.HallID(q.Get("hall")), casework.CounterID(q.Get("counter")), from, until)
}

func (c *Centre) enrolled(e protocol.Enrolment) Enrolled {
	return Enrolled{Enrolment: e, Chain: c.Chain(), Centre: c.CountersURL(), CentreKey: c.CountersKey(), Ledger: c.LedgerURL(),
		Trust: c.Trust(), Issuers: c.Issuers()}
}
