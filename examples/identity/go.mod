module authms

go 1.19
