using BioLearn.Cli.Experiments;
using BioLearn.Cli.Exports;
using BioLearn.Cli.Instructed;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Looking;
using BioLearn.Cli.Memories;
using BioLearn.Cli.Models;
using BioLearn.Cli.Naming;
using BioLearn.Cli.Plasticity;
using BioLearn.Cli.Recollection;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Studio;
using BioLearn.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli;

/// <summary>The tool's table of contents: one branch or command a system.</summary>
internal static class BiolearnApp
{
    /// <summary>Runs one command line and turns every outcome into an exit code (see <see cref="ExitCodes"/>).</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IAnsiConsole console, IAnsiConsole errors, StopSignals stop)
    {
        var app = new CommandApp(new ConsoleRegistrar(console));
        app.Configure(root =>
        {
            root.SetApplicationName("biolearn");
            root.UseAssemblyInformationalVersion();
            root.ConfigureConsole(console);
            root.UseStrictParsing();
            root.PropagateExceptions();
            root.SetInterceptor(new OptionChecks());
            root.SetHelpProvider(new HelpText(root.Settings));
            root.AddCommand<RecollectCommand>("recollect")
                .WithDescription("Draw photographs again from what a pretrained network kept of them. Without pictures: bundled photographs.")
                .WithExample("recollect")
                .WithExample("recollect", "holiday.jpg", "--variant", "minmax_local", "--variant", "deconvnet")
                .WithExample("recollect", "photos", "--level", "S9", "--level", "S7", "--out", "levels")
                .WithExample("recollect", "photos", "--index", "0", "--of", "8", "--out", "many");
            root.AddCommand<RulesCommand>("rules").WithDescription("The learning rules: what each does, its options or its call in a program, its paper.");
            root.AddCommand<TrainRuleCommand>("train")
                .WithDescription("Teach a network by a learning rule: an ML.NET model, its curve and diagnostics. Without arguments: bundled pictures.")
                .WithExample("train", "--rule", "feedback-alignment")
                .WithExample("train", "--rule", "kolen-pollack:WeightDecay=1e-3", "--data", "mnist", "--layers", "784-256-256-10", "--epochs", "20")
                .WithExample("train", "--rule", "backpropagation", "--data", "flowers.csv", "--label", "species", "--layers", "16");
            root.AddCommand<CompareRulesCommand>("compare")
                .WithDescription("Teach the same network by several rules and seeds: a table and a plot.")
                .WithExample("compare", "--rules", "backpropagation,feedback-alignment,sign-symmetry", "--seeds", "3");
            root.AddCommand<PredictCommand>("predict")
                .WithDescription("What a saved model says of rows: classes with probabilities, or numbers.")
                .WithExample("predict", "trained", "new.csv", "--out", "answers.csv");
            root.AddCommand<EvaluateCommand>("evaluate")
                .WithDescription("How good a saved model is on rows of known classes or numbers: table, confusions, calibration.")
                .WithExample("evaluate", "trained", "fashion-mnist")
                .WithExample("evaluate", "model.zip", "houses.csv", "--label", "price");
            root.AddCommand<ExportModelCommand>("export")
                .WithDescription("Write what a saved model has learned, and what it does on rows, for NumPy, PyTorch, ONNX.")
                .WithExample("export", "trained", "--to", "weights.npz")
                .WithExample("export", "trained", "--to", "network.onnx", "--rows", "new.csv", "--activations", "activations.npz");
            root.AddCommand<LookCommand>("look")
                .WithDescription("See what the units of trained networks respond to, and what they draw when they are sent backwards through their own weights.")
                .WithExample("look", "trained")
                .WithExample("look", "backpropagation", "feedback-alignment", "--out", "side-by-side");
            root.AddBranch("studio", studio =>
            {
                studio.SetDescription("Open a page in the browser: recollect, name, learn and remember by clicking. Or keep views of it.");
                studio.SetDefaultCommand<StudioCommand>();
                studio.AddExample("studio", "--port", "8080");
                studio.AddCommand<StudioExportCommand>("export")
                    .WithDescription("Write views of the page into a folder that opens without a server: for a paper's supplement, or a talk.")
                    .WithExample("studio", "export", "gallery")
                    .WithExample("studio", "export", "gallery", "--view", "recollect?picture=chelsea.png&model=alexnet&cue=S7");
            });
            root.AddBranch("data", data =>
            {
                data.SetDescription("Data sets to learn from: what there is, fetch one.");
                data.AddCommand<DataListCommand>("list").WithDescription("The sets known by name.");
                data.AddCommand<DataPullCommand>("pull").WithDescription("Download a set and check it.").WithExample("data", "pull", "fashion-mnist");
            });
            root.AddBranch("naming", naming =>
            {
                naming.SetDescription("Name things after one example: spiking features, concept cells, and the support vector machine they are measured against.");
                naming.AddCommand<NamingCompareCommand>("compare")
                    .WithDescription("Naming against support vector machines on the same pictures: table, plot and report. Without arguments: bundled pictures.")
                    .WithExample("naming", "compare")
                    .WithExample("naming", "compare", "--data", "caltech_face_motor", "--seeds", "1,2,3,4", "--episodes", "400");
                naming.AddCommand<NamingTrainCommand>("train")
                    .WithDescription("Learn features from pictures, and teach cells their names after one example or a few: an ML.NET model.")
                    .WithExample("naming", "train", "--data", "animals", "--shots", "1");
                naming.AddCommand<NamingTeachCommand>("teach")
                    .WithDescription("Teach a model one more name; the others stay as they are.")
                    .WithExample("naming", "teach", "owl", "owl.jpg", "--model", "naming");
                naming.AddCommand<NamingNameCommand>("name")
                    .WithDescription("Name pictures.")
                    .WithExample("naming", "name", "holiday", "--model", "naming");
                naming.AddCommand<NamingFeaturesCommand>("features")
                    .WithDescription("Write pictures as a pretrained network sees them, a CSV file for the task naming of grid files.")
                    .WithExample("naming", "features", "--data", "animals", "--cnn", "resnet18-imagenet", "--out", "animals.csv");
                naming.AddCommand<NamingSweepCommand>("sweep")
                    .WithDescription("Search over parameters of naming; a sweep that was stopped goes on.")
                    .WithExample("naming", "sweep", "--range", "novelty=1,10,65", "--range", "active-from=5:15:1");
            });
            root.AddBranch("instruct", instruct =>
            {
                instruct.SetDescription("Networks that answer the question they are asked: one network, several instructions, each opening a part of it.");
                instruct.AddCommand<InstructTrainCommand>("train")
                    .WithDescription("Teach a network several questions at once, and see which part of it answers: model and report. Without arguments: pairs of bundled pictures.")
                    .WithExample("instruct", "train")
                    .WithExample("instruct", "train", "--data", "mnist", "--epochs", "30", "--weights", "separate")
                    .WithExample("instruct", "train", "--celeba", "celeba", "--normalize", "--epochs", "10")
                    .WithExample("instruct", "train", "--csv", "visits.csv", "--instruction", "question", "--label", "answer");
                instruct.AddCommand<InstructAskCommand>("ask")
                    .WithDescription("Ask a trained network about pictures.")
                    .WithExample("instruct", "ask", "instructed/pictures/1.png", "--instruction", "left");
                instruct.AddCommand<InstructGatesCommand>("gates")
                    .WithDescription("Which units each instruction opens: a table and pictures.")
                    .WithExample("instruct", "gates", "--model", "instructed");
            });
            root.AddBranch("models", models =>
            {
                models.SetDescription("Pretrained networks: what there is, what is in one, whether a file is whole, fetch one.");
                models.AddCommand<ModelsListCommand>("list").WithDescription("The networks at hand.");
                models.AddCommand<ModelsInfoCommand>("info").WithDescription("A network's input, levels and classes.");
                models.AddCommand<ModelsVerifyCommand>("verify").WithDescription("Check a network's file against its checksum, and that it can be run and reversed.");
                models.AddCommand<ModelsPullCommand>("pull").WithDescription("Download a network and check it.");
            });
            root.AddBranch("experiment", experiment =>
            {
                experiment.SetDescription("Grids of trials that can always be resumed: what is done is what lies in the folder of results.");
                experiment.AddCommand<PlanCommand>("plan").WithDescription("How many trials a grid has, how many are done, what the rest will cost.").WithExample("experiment", "plan", "grid.yaml");
                experiment.AddCommand<RunCommand>("run")
                    .WithDescription("Run what is missing of a grid on this machine.")
                    .WithExample("experiment", "run", "grid.yaml", "--workers", "4");
                experiment.AddCommand<WorkCommand>("work")
                    .WithDescription("Do one share of the trials of a folder, as a task of an array job does.")
                    .WithExample("experiment", "work", "results/grid", "--index", "0", "--of", "8");
                experiment.AddCommand<SubmitCommand>("submit")
                    .WithDescription("Hand what is missing of a grid to a cluster: a Slurm job array or a Kubernetes Indexed Job.")
                    .WithExample("experiment", "submit", "grid.yaml", "--option=--mem=2G")
                    .WithExample("experiment", "submit", "grid.yaml", "--engine", "kubernetes", "--image", "lab/biolearn", "--claim", "results", "--print");
                experiment.AddCommand<StatusCommand>("status").WithDescription("What is done.").WithExample("experiment", "status", "results/grid", "--json");
                experiment.AddCommand<ReportCommand>("report")
                    .WithDescription("Set what was claimed beside what came out, with pictures: one page, drawn from the records.")
                    .WithExample("experiment", "report", "results/prospective/deep-nets");
                experiment.AddCommand<WhyCommand>("why").WithDescription("A trial's state and configuration, and what differs from the nearest finished one.").WithExample("experiment", "why", "grid.yaml", "3f9a");
                experiment.AddCommand<ExportCommand>("export").WithDescription("Write the records for other programs: CSV, Parquet, TensorBoard, MLflow.").WithExample("experiment", "export", "grid.yaml", "--parquet", "records.parquet", "--mlflow", "mlruns");
                experiment.AddCommand<PrintCommand>("print").WithDescription("Print the tables of a page of Markdown from kept records.").WithExample("experiment", "print", "docs/results.md", "--check");
                experiment.AddCommand<RetryCommand>("retry").WithDescription("Run again what failed, or trials that are named.").WithExample("experiment", "retry", "grid.yaml", "--failed");
            });
            root.AddBranch("memory", memory =>
            {
                memory.SetDescription("Associative memories: patterns that come back from a part of them, and how many of them fit.");
                memory.AddCommand<MemoryCompleteCommand>("complete")
                    .WithDescription("Store the patterns of one file and complete those of another.")
                    .WithExample("memory", "complete", "patterns.txt", "damaged.txt", "--rule", "hebb");
                memory.AddCommand<MemoryCapacityCommand>("capacity")
                    .WithDescription("Add random patterns to a memory and count those that come back.")
                    .WithExample("memory", "capacity", "--rule", "hebb", "--size", "400", "--flip", "0.1", "--step", "5");
            });
            root.AddBranch("plastic", plastic =>
            {
                plastic.SetDescription("Networks with plastic connections that learn to memorize and complete patterns.");
                plastic.AddCommand<TrainCommand>("train")
                    .WithDescription("Meta-train an associative memory: network, loss curve and record.")
                    .WithExample("plastic", "train", "--updates", "10000", "--seed", "1", "--out", "memory")
                    .WithExample("plastic", "train", "--resume", "--out", "memory");
                plastic.AddCommand<CompleteCommand>("complete")
                    .WithDescription("Memorize the patterns of one file in a single episode and complete those of another.")
                    .WithExample("plastic", "complete", "memory/network.blpn", "patterns.txt", "degraded.txt");
                plastic.AddCommand<DemoCommand>("demo")
                    .WithDescription("Complete three small pictures with a bundled network.")
                    .WithExample("plastic", "demo", "--hide", "0.6");
                plastic.AddCommand<MazeCommand>("maze")
                    .WithDescription("Train networks to learn mazes, with neuromodulated, plain and no plasticity; pictures of an episode and of what plasticity brings.")
                    .WithExample("plastic", "maze", "--plasticity", "off,plastic,simple", "--seeds", "3");
                plastic.AddCommand<OmniglotCommand>("omniglot")
                    .WithDescription("Train a network with a plastic layer to tell characters apart after one example of each.")
                    .WithExample("plastic", "omniglot", "--data", "omniglot", "--with-and-without");
                plastic.AddCommand<FeedForwardCommand>("feedforward")
                    .WithDescription("Run a published feed-forward experiment over many seeds: medians and quartiles.")
                    .WithExample("plastic", "feedforward", "oneshot", "--gradient", "exact");
            });
        });
        try
        {
            IReadOnlyList<string> words = ConfigurationFile.Expand(arguments);
            return await Interruption.RunAsync(() => app.RunAsync(words, stop.Token), console, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.ExitCode;
        }
        catch (Exception error)
        {
            return Failure.Report(OptionChecks.Named(error, arguments), errors);
        }
    }
}
