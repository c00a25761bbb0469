package centre

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"counterfoil/app/protocol"
)

// Times of a connection. Writing outlasts the longest poll.
const (
	headerTime = 10 * time.Second
	readTime   = 2 * time.Minute // sealed evidence over a slow line
	writeTime  = (protocol.MaxWait + 95) * time.Second
	idleTime   = 2 * time.Minute
	pageTime   = 60 * time.Second
	closeTime  = 5 * time.Second
	maxHeader  = 16 << 10
	maxSocket  = 100 // bytes; systems take 104 to 108
)

// server is one listener with what answers on it.
type server struct {
	listener net.Listener
	http     *http.Server
	ended    chan struct{}
	fresh    fresh
}

// fresh are the connections that have sent nothing yet. http.Server waits five
// seconds for those when it shuts down, and a browser keeps one in reserve.
type fresh struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

func (f *fresh) follow(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if state == http.StateNew {
		f.conns[c] = struct{}{}
		return
	}
	delete(f.conns, c)
}

func (f *fresh) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		c.Close()
	}
}

// listen takes the address; with a nil handler it answers only after start.
// Requests end with run.
func listen(run context.Context, network, address string, secure *tls.Config, handler http.Handler) (*server, error) {
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	s := &server{listener: l, ended: make(chan struct{}), fresh: fresh{conns: map[net.Conn]struct{}{}}}
	s.http = &http.Server{
		ConnState: s.fresh.follow,
		TLSConfig: secure, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0), BaseContext: func(net.Listener) context.Context { return run },
	}
	if handler != nil {
		s.start(handler)
	}
	return s, nil
}

// listenSocket is listen on a Unix socket that only its owner may use. A socket
// that a stopped centre left behind is removed; two centres on one home are
// kept apart by the ledger's own lock, which is taken before.
func listenSocket(run context.Context, path string, handler http.Handler) (*server, error) {
	if len(path) > maxSocket {
		return nil, fmt.Errorf("the path of the administrator's socket, %s, is longer than %d bytes: choose a shorter home", path, maxSocket)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	s, err := listen(run, "unix", path, nil, nil)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.start(handler)
	return s, nil
}

func (s *server) start(handler http.Handler) {
	s.http.Handler = handler
	go func() {
		defer close(s.ended)
		if s.http.TLSConfig != nil {
			_ = s.http.ServeTLS(s.listener, "", "")
			return
		}
		_ = s.http.Serve(s.listener) // ends with close
	}()
}

func (s *server) address() string { return s.listener.Addr().String() }

func (s *server) close() error {
	if s.http.Handler == nil {
		return s.listener.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	s.listener.Close() // nobody new, then those who said nothing
	s.fresh.close()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	if errors.Is(err, net.ErrClosed) { // by us, above
		err = nil
	}
	<-s.ended
	return err
}
