// A RabbitMQ server looks into every module of every application it has, at each start, and so loads a thousand of them one
// after the other: most of what its start takes. Loaded in one go they take a third of that.

/**
 * Erlang: loads the modules of the server, of the plugins in the file of those that are enabled, and of all they need; on one
 * processor, as others start too.
 */
export const PRELOAD_SCRIPT = `{ok, [[_, Enabled]]} = init:get_argument(devstack_preload),
KeysOf = fun(App) ->
  case code:lib_dir(App) of
    {error, _} -> [];
    Folder ->
      case file:consult(filename:join([Folder, "ebin", atom_to_list(App) ++ ".app"])) of
        {ok, [{application, _, Keys}]} -> Keys;
        _ -> []
      end
  end
end,
Needed = fun
  Next([], Found) -> Found;
  Next([App | More], Found) when is_map_key(App, Found) -> Next(More, Found);
  Next([App | More], Found) ->
    Keys = KeysOf(App),
    Modules = proplists:get_value(modules, Keys, []),
    Next(proplists:get_value(applications, Keys, []) ++ More, Found#{App => Modules})
end,
{ok, [Plugins]} = file:consult(Enabled),
Modules = lists:append(maps:values(Needed([rabbit, rabbitmq_prelaunch | Plugins], #{}))),
Online = erlang:system_flag(schedulers_online, 1),
try code:ensure_modules_loaded(Modules) after erlang:system_flag(schedulers_online, Online) end.
`;

/** Lines for the file its scripts read first: the server runs the script at \`script\`, and starts as well where that fails. */
export function preload(script: string, enabledPlugins: string): string {
  const files = [script, enabledPlugins].map((file) => file.replace(/[^\w/.-]/g, String.raw`\$&`)).join(' ');
  const run = 'catch(file:script(hd(hd(element(2,init:get_argument(devstack_preload))))))';
  const flags = `-devstack_preload ${files} -eval ${run}`.replaceAll("'", String.raw`'\''`);
  return `case "$0" in */rabbitmq-server) export ERL_AFLAGS='${flags} '"$ERL_AFLAGS" ;; esac\n`;
}
