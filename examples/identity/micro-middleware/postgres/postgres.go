// Package postgres asks a PostgreSQL server whether it is one.
package postgres

import (
	"fmt"
	"net"
	"net/url"
	"time"
)

// Check sends SSLRequest, which a server answers with S or N before anybody logs in.
func Check(address string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	connection, err := net.DialTimeout("tcp", parsed.Host, time.Second)
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := connection.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	answer := make([]byte, 1)
	if _, err := connection.Read(answer); err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	if answer[0] != 'S' && answer[0] != 'N' {
		return "", fmt.Errorf("postgres: %s answers %q", parsed.Host, answer)
	}
	return "SSLRequest is answered; the database is to be " + parsed.Path[1:], nil
}
