package authority

import (
	"crypto"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-resty/resty/v2"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options says which centre, and who calls.
type Options struct {
	Address string             // "https://host:port"
	Server  protocol.PublicKey // pinned
	Device  crypto.Signer      // the counter's enrolled key
	Timeout time.Duration      // of a call, a poll's wait not counted; zero: 30 s
	Now     func() time.Time   // for State; nil: time.Now
}

// Limits of the line.
const (
	timeout     = 30 * time.Second
	dialTime    = 5 * time.Second
	maxAnswer   = 16 << 20 // bytes: licences with portraits
	connections = 16
)

// Client calls one centre. Its methods may be called from any goroutine.
type Client struct {
	http  *resty.Client
	o     Options
	key   *device
	state state
	clock clock
}

// New returns a client; it calls nobody yet. It fails when the address or a key
// can't be used.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.Address)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return nil, casework.Refuse(casework.SettingsInvalid, "the centre's address is not an https address")
	}
	key := &device{Signer: o.Device}
	tls, err := protocol.ClientTLS(key, o.Server)
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = timeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{o: o, key: key, http: resty.New()}
	c.http.SetTransport(&http.Transport{
		TLSClientConfig: tls, DialContext: (&net.Dialer{Timeout: dialTime}).DialContext, TLSHandshakeTimeout: dialTime,
		MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: time.Minute,
	}) // no proxy: the pinned key would refuse its certificate
	c.http.SetBaseURL(o.Address).SetRedirectPolicy(resty.RedirectPolicyFunc(stay)).SetResponseBodyLimit(maxAnswer).SetLogger(silent{}).
		SetRetryCount(1).SetRetryWaitTime(time.Millisecond).SetRetryMaxWaitTime(time.Millisecond).AddRetryCondition(broken)
	return c, nil
}

// stay follows no redirect: the interface has none.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// broken reports whether the connection broke before an answer came. A silence
// is no break: repeating it would only double the wait.
func broken(_ *resty.Response, err error) bool {
	var slow net.Error
	var op *net.OpError
	switch {
	case err == nil, casework.KindOf(err) != "", errors.Is(err, resty.ErrResponseBodyTooLarge), errors.As(err, &slow) && slow.Timeout(), errors.As(err, &op) && op.Op == "dial":
		return false
	}
	return true
}

// silent keeps the library from writing addresses and bodies to standard error.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
