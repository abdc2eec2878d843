create table tasks (
  id bigint generated always as identity primary key,
  title text not null check (title <> ''),
  done boolean not null default false
);
insert into tasks (title) values ('Read devstack.config.ts'), ('Tick this off');
