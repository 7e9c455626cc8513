using BioLearn.Benchmarks.Experiments;
using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Instructed;
using BioLearn.Benchmarks.Kernels;
using BioLearn.Benchmarks.Naming;
using BioLearn.Benchmarks.Plastic;
using BioLearn.Benchmarks.Recollection;
using BioLearn.Benchmarks.Rules;
using BioLearn.Benchmarks.Sparse;
using Spectre.Console.Cli;

var app = new CommandApp();
app.Configure(suites =>
{
    suites.SetApplicationName("BioLearn.Benchmarks");
    suites.AddCommand<PeakCommand>("peak")
        .WithDescription("The machine: fused multiply-add peak and memory bandwidth of one core.");
    suites.AddCommand<ReportCommand>("report")
        .WithDescription("The table of earlier runs, the rows behind the peer, and a picture of what the machine would allow (roofline).");
    suites.AddCommand<KernelsCommand>("kernels")
        .WithDescription("Kernels against TorchSharp: matrix products, elementwise functions, optimizer steps.");
    suites.AddCommand<PlasticCommand>("plastic")
        .WithDescription("Plastic steps and episodes against TorchSharp.");
    suites.AddCommand<RulesCommand>("rules")
        .WithDescription("Training steps of learning rules against TorchSharp.");
    suites.AddCommand<InstructedCommand>("instructed")
        .WithDescription("Counter-Hebb steps and guided networks against TorchSharp, and what units that an instruction closes save.");
    suites.AddCommand<RecollectionCommand>("recollection")
        .WithDescription("Forward with trace and recollection of photographs against TorchSharp.");
    suites.AddCommand<ExperimentsCommand>("experiments")
        .WithDescription("The runner of trials: a plan of 41,472, a run and the status of 50,000.");
    suites.AddCommand<ScalingCommand>("scaling")
        .WithDescription("What trainings cost over their size (results of experiments/scaling): the model that fits, extrapolated, and a picture.");
    suites.AddCommand<SparseCommand>("sparse")
        .WithDescription("Peak memory, time and accuracy of a trainer on sparse rows, as a text featurizer gives them.");
    suites.AddCommand<NamingCommand>("naming")
        .WithDescription("Spiking network: forward pass of a photograph against TorchSharp, STDP training.");
});
return app.Run(args);
