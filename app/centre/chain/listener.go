package chain

import (
	"net"
	"sync"
)

// tracked is a listener that can close the connections it gave out: those of a
// websocket are no longer the HTTP server's, and would outlive the node.
type tracked struct {
	net.Listener
	mu    sync.Mutex
	conns map[*trackedConn]struct{}
}

func track(l net.Listener) *tracked {
	return &tracked{Listener: l, conns: map[*trackedConn]struct{}{}}
}

// Accept waits for the next connection.
func (t *tracked) Accept() (net.Conn, error) {
	c, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	conn := &trackedConn{c, t}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns[conn] = struct{}{}
	return conn, nil
}

// closeAll closes every connection that is open.
func (t *tracked) closeAll() {
	t.mu.Lock()
	open := make([]*trackedConn, 0, len(t.conns))
	for c := range t.conns {
		open = append(open, c)
	}
	t.mu.Unlock()
	for _, c := range open {
		_ = c.Close() // whoever uses it sees that
	}
}

type trackedConn struct {
	net.Conn
	of *tracked
}

// Close closes the connection and forgets it.
func (c *trackedConn) Close() error {
	c.of.mu.Lock()
	delete(c.of.conns, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
