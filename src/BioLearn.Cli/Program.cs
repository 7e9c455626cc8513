using BioLearn.Cli;
using BioLearn.Cli.Terminal;
using Spectre.Console;

using var stop = new StopSignals();
return await BiolearnApp.RunAsync(args, AnsiConsole.Console, stop);
