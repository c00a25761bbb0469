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
}

// listen takes the address; with a nil handler it answers only after start.
// Requests end with run.
func listen(run context.Context, network, address string, secure *tls.Config, handler http.Handler) (*server, error) {
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	s := &server{listener: l, ended: make(chan struct{}), http: &http.Server{
		TLSConfig: secure, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ErrorLog: log.New(io.Discard, "", 0), BaseContext: func(net.Listener) context.Context { return run },
	}}
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
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.ended
	return err
}
