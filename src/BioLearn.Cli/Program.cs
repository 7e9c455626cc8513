using BioLearn.Cli;
using BioLearn.Cli.Terminal;
using Spectre.Console;

using var stop = new StopSignals();
var errors = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
return await BiolearnApp.RunAsync(args, AnsiConsole.Console, errors, stop);
