package centre

import (
	"net/http"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
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
	Roster    bool                          `json:"roster"` // the hall keeps its clerks here: they sign in at the counter
}

// adminRoutes is the interface for the administrator of the machine. Nobody is a
// caller there: who may use the socket is the file system's to say.
func (c *Centre) adminRoutes() []route {
	return []route{
		{http.MethodPost, protocol.PathEnrolments, c.postEnrolment},
		{http.MethodPost, protocol.PathWithdrawals, c.postWithdrawal},
		{http.MethodPost, protocol.PathHolderCodes, c.postHolderCode},
		{http.MethodPost, protocol.PathRegister, c.postReload},
		{http.MethodGet, protocol.PathHandedOut, c.getHandedOut},
		{http.MethodGet, protocol.PathOdd, c.getOdd},
		{http.MethodGet, protocol.PathClerks, c.getClerks},
		{http.MethodPost, protocol.PathClerks, c.postClerk},
		{http.MethodPut, protocol.PathOddAnswer, c.putOddAnswer},
	}
}

// adminAPI serves the administrator of the machine, over a socket that only its
// owner may use. Counters have no path to it.
func (c *Centre) adminAPI() http.Handler {
	mux := http.NewServeMux()
	for _, r := range c.adminRoutes() {
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, req *http.Request) { c.answer(w, req, r, authorization.Caller{}) })
	}
	return c.orProblem(mux)
}

func (c *Centre) postEnrolment(r *http.Request, _ authorization.Caller) (int, any, error) {
	var e protocol.Enrolment
	if err := read(r, &e); err != nil {
		return 0, nil, err
	}
	if err := c.EnrolAs(r.Context(), e); err != nil {
		return 0, nil, err
	}
	e.Request = nil
	keeps, err := c.rosters.Keeps(r.Context(), e.Hall)
	got := c.enrolled(e)
	got.Roster = keeps
	return http.StatusCreated, got, err
}

func (c *Centre) postWithdrawal(r *http.Request, _ authorization.Caller) (int, any, error) {
	var w protocol.Withdrawal
	if err := read(r, &w); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, c.Withdraw(r.Context(), w.KeyID)
}

func (c *Centre) postHolderCode(r *http.Request, _ authorization.Caller) (int, any, error) {
	var who protocol.EnrolHolder
	if err := read(r, &who); err != nil {
		return 0, nil, err
	}
	code, err := c.EnrolHolder(r.Context(), who)
	return http.StatusCreated, code, err
}

func (c *Centre) postReload(*http.Request, authorization.Caller) (int, any, error) {
	return http.StatusNoContent, nil, c.ReloadRegister()
}

func (c *Centre) getHandedOut(r *http.Request, _ authorization.Caller) (int, any, error) {
	list, err := c.handedOut(r)
	return http.StatusOK, list, err
}

func (c *Centre) getOdd(r *http.Request, _ authorization.Caller) (int, any, error) {
	list, err := c.auth.Odd(r.Context(), r.URL.Query().Get("all") == "1")
	return http.StatusOK, list, err
}

func (c *Centre) putOddAnswer(r *http.Request, _ authorization.Caller) (int, any, error) {
	var in protocol.OddAnswer
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	return http.StatusNoContent, nil, c.auth.AnswerOdd(r.Context(), r.PathValue("id"), in.Answer)
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
