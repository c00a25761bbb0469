// Package vacant gives a test an address at which something can be started, stopped
// and started again. Tests alone import it.
//
// It must not hold the address: whoever asked listens there.
package vacant

import (
	"fmt"
	"net"
	"os"
)

// host is a loopback address of this process's own, 127.x.y.z by its number. A
// connection that goes out takes no port of it while nobody listens there, as one
// from 127.0.0.1 can, and neither does another test.
func host() string {
	pid := os.Getpid()
	return fmt.Sprintf("127.%d.%d.%d", 1+pid>>16, pid>>8&0xff, pid&0xff)
}

// Address returns an address of its own host, host:port, that nobody listens on. It
// panics where this machine gives none: no test can go on.
func Address() string {
	l, err := net.Listen("tcp", host()+":0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().String()
}
